import type { State } from '../constraint/index.ts'

/** The state after `text`, or undefined where it is not allowed. */
export function walk(state: State, text: string): State | undefined {
  let at: State | undefined = state
  for (const byte of Buffer.from(text)) at = at?.allows(byte) ? at.next(byte) : undefined
  return at
}

/** Whether `text` is allowed and may be the end. */
export const fulfils = (state: State, text: string): boolean => walk(state, text)?.canEnd() ?? false
