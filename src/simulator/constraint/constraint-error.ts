/** A constraint that cannot be held: malformed, unsatisfiable, or beyond what the engine supports. Servers answer 400. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError'
}

/** Refuses with the keyword first, so that the caller can see what to change. */
export function refuse(keyword: string, why: string): never {
  throw new ConstraintError(`${keyword}: ${why}`)
}
