import { existsSync, readFileSync } from 'node:fs'
import type { Fault } from '../simulator/index.ts'

/** What a fault came to before a real engine: the same switch in a proxy (containers/repeated-faults.container.ts). */
export type Repeated = {
  readonly fault: string
  /** The check that caught it, and the pattern that its reason matched. */
  readonly check: string
  readonly states: string
  readonly reason: string
}

export type RepeatedFaults = {
  readonly date: string
  readonly engine: string
  readonly toolVersion: string
  readonly rows: readonly Repeated[]
}

/** What infergate and another scanner see of the reproductions of public faults (build/public-reports.ts). */
export type Scanned = {
  readonly date: string
  readonly toolVersion: string
  readonly scanner: string
  readonly rows: readonly {
    readonly id: string
    readonly source: string
    /** Whether infergate fails with a reason that names the cause. */
    readonly isNamed: boolean
    /** The probes of the scanner that do not pass. */
    readonly missing: readonly string[]
  }[]
}

const FOLDER = new URL('../../fixtures/proof/', import.meta.url)
export const REPEATED_FILE = new URL('real-engine.json', FOLDER)
export const SCANNED_FILE = new URL('public-reports.json', FOLDER)

/** What was kept of other measurements; undefined where nothing was. */
export const readRepeated = () => read<RepeatedFaults>(REPEATED_FILE)
export const readScanned = () => read<Scanned>(SCANNED_FILE)

const read = <T>(file: URL): T | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined

/** Whether the fault declares something else by now than what was seen to hold. */
export const isStale = ({ check, states }: Repeated, fault: Pick<Fault, 'caughtBy'> | undefined): boolean =>
  fault?.caughtBy[check]?.source !== states
