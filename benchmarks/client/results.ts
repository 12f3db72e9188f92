import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { dirname, join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { writeWhole } from '../../src/disk.ts'
import type { Client, Round, Setting } from './records.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/bench-client')
/** Of this machine: figures of two do not mix. */
const RESULTS = join(FOLDER, `${cpus().length}-cores.jsonl`)

export type Results = { readonly setting: Setting; readonly rounds: readonly Round[] }

/** The first line is the setting, each other a round. */
export function readResults(file = RESULTS): Results | undefined {
  if (!existsSync(file)) return undefined
  const [setting, ...rounds] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return { setting, rounds }
}

/** Of every machine that is kept, that with the most cores first. */
export const readAllResults = (): readonly Results[] =>
  readdirSync(FOLDER)
    .toSorted((one, other) => Number.parseInt(other, 10) - Number.parseInt(one, 10))
    .flatMap((file) => readResults(join(FOLDER, file)) ?? [])

/** Goes on with what was measured with the same clients on the same machine; else begins anew. */
export function openResults(setting: Setting, isFresh: boolean, file = RESULTS): Results {
  const before = isFresh ? undefined : readResults(file)
  const today = (setting: Setting) => JSON.stringify({ ...setting, date: '' })
  if (before && today(before.setting) === today(setting)) return before
  mkdirSync(dirname(file), { recursive: true })
  writeWhole(file, `${JSON.stringify(setting)}\n`)
  return { setting, rounds: [] }
}

export const keepRound = (round: Round, file = RESULTS): void =>
  appendFileSync(file, `${JSON.stringify(round, rounded)}\n`)

/** A ten-thousandth of a millisecond is below what any clock here tells. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value

export function settingOf(clients: readonly Client[], seed: number): Setting {
  const processors = cpus()
  const versions: Record<string, string> = {}
  const absent: string[] = []
  for (const client of clients) {
    const version = client.version()
    if (version === undefined) absent.push(client.name)
    else versions[client.name] = version
  }
  return {
    date: systemClock.now().toISOString().slice(0, 10),
    seed,
    ...{ cores: processors.length, processor: processors[0]?.model ?? 'unknown' },
    ...{ kernel: release().replace(/-.*/, ''), node: process.version, versions, absent },
  }
}
