/** A constraint that cannot be held: malformed, unsatisfiable, or beyond what the engine supports. Servers answer 400. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError'
}

/** Nothing can satisfy it. As one of several alternatives it is left out; else it is refused like the rest. */
export class UnsatisfiableError extends ConstraintError {}

/** Refuses with the keyword first, so that the caller can see what to change. */
export function refuse(keyword: string, why: string): never {
  throw new ConstraintError(`${keyword}: ${why}`)
}

export function unsatisfiable(keyword: string, why: string): never {
  throw new UnsatisfiableError(`${keyword}: ${why}`)
}
