import { type Acceptor, ConstraintError, compileConstraint, type SimConstraint } from './constraint/index.ts'
import { Refusal } from './refusal.ts'

/** Compiles a request's constraint; what does not compile is the request's fault, unless the server forgives it. */
export function compileOrRefuse(constraint: SimConstraint, forgive: boolean): Acceptor | undefined {
  try {
    return compileConstraint(constraint)
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error
    if (forgive) return undefined
    throw new Refusal(400, 'constraint', error.message)
  }
}

/** Whether a finished text really is what the constraint demands. */
export function satisfies(constraint: SimConstraint, text: string): boolean {
  const acceptor = compileOrRefuse(constraint, true)
  let state = acceptor?.start()
  for (const byte of Buffer.from(text)) state = state?.allows(byte) ? state.next(byte) : undefined
  return state?.canEnd() ?? false
}
