import { isDeepStrictEqual } from 'node:util'
import { type CsvRun, ownPoints, recordOfCsv } from '../exchange/csv.ts'
import type { Entry, Placed } from '../exchange/entry.ts'
import { type BadLine, refuse } from '../exchange/refuse.ts'
import { canonical, type RunRecord, sealOf } from '../record.ts'
import type { Sql } from '../sql.ts'
import type { Imported, Promotion, TrendAcceptance } from '../types.ts'
import { addAcceptance, readAcceptances } from './acceptances.ts'
import { addPromotion, readPromotions } from './baselines.ts'
import { insertRun, readRecord } from './runs.ts'

/** Adds what is not there yet. Throws `usage` with the lines that contradict what is there; the caller's transaction undoes the rest. */
export async function importEntries(
  sql: Sql,
  file: string,
  entries: readonly Placed<Entry>[],
): Promise<Imported> {
  const bad: BadLine[] = []
  const counts = { added: 0, present: 0 }
  const tally = (isNew: boolean) => void counts[isNew ? 'added' : 'present']++
  const promotions: Placed<Promotion>[] = []
  const acceptances: TrendAcceptance[] = []
  for (const { line, entry } of entries) {
    if (entry.kind === 'run') {
      const came = await addImported(sql, entry.record, entry.seal)
      if (came === 'other') bad.push({ line, says: `run ${entry.record.runId} is there with other content` })
      else tally(came === 'added')
    } else {
      const { kind, ...rest } = entry
      if (kind === 'promotion') promotions.push({ line, entry: rest as Promotion })
      else acceptances.push(rest as TrendAcceptance)
    }
  }
  for (const [target, log] of Map.groupBy(promotions, ({ entry }) => entry.target))
    await continueLog(sql, target, log, { bad, tally })
  const known = await readAcceptances(sql)
  for (const one of acceptances) {
    const isNew = !known.some((other) => isDeepStrictEqual(one, other))
    if (isNew) await addAcceptance(sql, one)
    tally(isNew)
  }
  refuse(file, bad)
  return counts
}

async function addImported(
  sql: Sql,
  record: RunRecord,
  seal: string,
): Promise<'added' | 'present' | 'other'> {
  const [kept] = await sql.all('SELECT seal FROM runs WHERE run_id = ?', record.runId)
  if (kept) return kept['seal'] === seal ? 'present' : 'other'
  await insertRun(sql, record, seal)
  return 'added'
}

type Tell = { readonly bad: BadLine[]; readonly tally: (isNew: boolean) => void }

/** One of the two logs of a target must be the beginning of the other, or nobody could say which baseline is the last. */
async function continueLog(
  sql: Sql,
  target: string,
  log: readonly Placed<Promotion>[],
  { bad, tally }: Tell,
): Promise<void> {
  const kept = await readPromotions(sql, target)
  for (const [index, { line, entry }] of log.entries()) {
    const there = kept[index]
    if (!there) await addPromotion(sql, entry)
    else if (!isDeepStrictEqual(there, entry)) {
      const says = `the baseline of ${target} was promoted otherwise here (${there.runId} at ${there.at})`
      bad.push({ line, says })
      return
    }
    tally(!there)
  }
}

/** The same of a table. A run that is there must say all that the table says of it. */
export async function importCsvRuns(sql: Sql, file: string, runs: readonly CsvRun[]): Promise<Imported> {
  const bad: BadLine[] = []
  const counts = { added: 0, present: 0 }
  for (const run of runs) {
    const kept = await readRecord(sql, run.runId)
    if (!kept) {
      const record = recordOfCsv(run)
      await insertRun(sql, record, sealOf(record))
      counts.added++
      continue
    }
    const there = new Set(ownPoints(kept).map(canonical))
    const odd = run.points.find(({ entry }) => !there.has(canonical(entry)))
    if (odd) bad.push({ line: odd.line, says: `run ${run.runId} is there with another ${odd.entry.metric}` })
    else counts.present++
  }
  refuse(file, bad)
  return counts
}
