import { existsSync } from 'node:fs'
import { HarnessError } from '../errors.ts'
import { type History, type HistoryReader, openHistory, readHistory } from '../history/index.ts'
import { alignTable } from '../reporters/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

export type HistoryFlags = Pick<RunFlags, 'config' | 'json'>

/** The history of this configuration, to look at. Throws `usage` where there is none yet: a look must not create it. */
export async function lookIntoHistory({ config }: HistoryFlags, io: Io): Promise<HistoryReader> {
  const file = await historyFile(config, io)
  requireHistory(file)
  return readHistory(file)
}

/** The same, to change it. */
export async function changeHistory({ config }: HistoryFlags, io: Io): Promise<History> {
  const file = await historyFile(config, io)
  requireHistory(file)
  return openHistory(file)
}

export async function historyFile(config: string | undefined, io: Io): Promise<string> {
  const { values } = await readSettings(config === undefined ? {} : { config }, io)
  return values.history
}

function requireHistory(file: string): void {
  if (!existsSync(file))
    throw new HarnessError('usage', `There is no history at ${file} yet: run \`infergate gate\` first.`)
}

/** A table as people read it; with --json what it was made of. */
export function showTable(
  { json }: HistoryFlags,
  io: Io,
  { value, ...table }: { readonly value: unknown } & Parameters<typeof alignTable>[0],
): void {
  if (json) io.stdout(`${JSON.stringify(value, null, 2)}\n`)
  else io.stdout(`${alignTable(table).join('\n')}\n`)
}

/** ISO 8601 to the second, in UTC. */
export const shownTime = (iso: string): string => iso.slice(0, 19).replace('T', ' ')
