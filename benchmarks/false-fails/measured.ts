import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../src/disk.ts'
import type { PairKind, Pairs } from './pairs.ts'
import type { Repeated } from './repeat.ts'

/** What was drawn on one kind of service: of each promise, and of each kind of pair. */
export type Drawn = {
  readonly on: string
  readonly seed: number
  readonly promises: Readonly<Record<string, Repeated>>
  readonly pairs: Readonly<Partial<Record<PairKind, Pairs>>>
}

export const SERVICES = ['simulator', 'real'] as const
export type Measured = Readonly<Partial<Record<(typeof SERVICES)[number], Drawn>>>

const FILE = join(import.meta.dirname, '../../fixtures/false-fails.json')

export const readMeasured = (): Measured => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {})

/** What was drawn now takes the place of what was drawn of the same promises before. */
export function keepMeasured(service: keyof Measured, drawn: Drawn): Measured {
  const before = readMeasured()
  const merged = {
    ...drawn,
    promises: { ...before[service]?.promises, ...drawn.promises },
    pairs: { ...before[service]?.pairs, ...drawn.pairs },
  }
  const measured = { ...before, [service]: merged }
  writeWhole(FILE, `${JSON.stringify(measured, null, 1)}\n`)
  return measured
}
