import { AsyncLocalStorage } from 'node:async_hooks'

type Noted = { verified: boolean }

const KEY = Symbol.for('infergate.verified')
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Noted> }
// One for all copies of infergate in a process: a suite may call another copy's `verify` than the one that runs it.
const storage = shared[KEY] ?? new AsyncLocalStorage<Noted>()
shared[KEY] = storage

/** Notes that the check under way looked at something that could have broken its promise. */
export function noteVerified(): void {
  const noted = storage.getStore()
  if (noted) noted.verified = true
}

/** Runs a check; tells whether anything in it could have failed. */
export async function watchVerified(check: () => Promise<unknown>): Promise<boolean> {
  const noted: Noted = { verified: false }
  await storage.run(noted, check)
  return noted.verified
}
