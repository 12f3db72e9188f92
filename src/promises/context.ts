import type { Boot, PromiseEntry, ServiceAddress, ServiceProfile } from '../records/index.ts'

/** What one run of the suites is told: plain data, because it crosses into vitest's worker. */
export type SuiteContext = {
  readonly address: ServiceAddress
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  readonly seed: number
  /** Only promises of these suites run; absent: all. */
  readonly suites?: readonly string[]
  /** Only promises with one of these tags run; absent: all. */
  readonly tags?: readonly string[]
  readonly checkDeadlineMs: number
  /** Wall-clock end of the run's time budget, milliseconds since 1970; absent: no budget. */
  readonly deadlineAtEpochMs?: number
  /** One number that both threads see: 0 while the run goes on. Absent: nobody can end the run early. */
  readonly ended?: Int32Array<SharedArrayBuffer>
}

/** Where `promise` files what it declares; a run and a listing each install their own. */
export type Registrar = { add(entry: PromiseEntry, definition: unknown): void }

// On the process, not in a module: a user's suite may have loaded its own copy of infergate.
const REGISTRAR = Symbol.for('infergate.registrar')
const holder = globalThis as { [REGISTRAR]?: Registrar }

/** Installs the registrar that `promise` files with from now on. */
export function installRegistrar(registrar: Registrar | undefined): void {
  if (registrar === undefined) delete holder[REGISTRAR]
  else holder[REGISTRAR] = registrar
}

export const currentRegistrar = (): Registrar | undefined => holder[REGISTRAR]
