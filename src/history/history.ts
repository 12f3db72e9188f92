import type { Attributes } from './attributes.ts'
import { addAcceptance, readAcceptances } from './queries/acceptances.ts'
import { readLastAccepted } from './queries/accepted.ts'
import { promote, readBaseline, readPromotions } from './queries/baselines.ts'
import { exportAll } from './queries/export.ts'
import { importCsvRuns, importEntries } from './queries/import.ts'
import { listRuns } from './queries/list-runs.ts'
import { readNights, readSeries } from './queries/nights.ts'
import { readPrunable, removeRuns } from './queries/prune.ts'
import { addRun, keptRunOf, readAcceptedRuns, readRecord } from './queries/runs.ts'
import { readMetrics, readTrend } from './queries/trend.ts'
import { recordOf } from './record.ts'
import type { Store } from './sql.ts'
import type { History, HistoryReader } from './types.ts'

/** What can be asked of a history, wherever it is kept. */
export function readerOf(store: Store): HistoryReader {
  const { place } = store
  const known = new Map<string, Attributes>()
  return {
    trend: (query) => store.read((sql) => readTrend(sql, query)),
    metrics: () => store.read(readMetrics),
    lastAccepted: (target) => store.read((sql) => readLastAccepted(sql, target, place)),
    series: (target) => store.read((sql) => readSeries(sql, target)),
    nights: (query) => store.read((sql) => readNights(sql, query, known)),
    run: (runId) =>
      store.read(async (sql) => {
        const record = await readRecord(sql, runId)
        return record && keptRunOf(record)
      }),
    acceptedRuns: (target, limit) => store.read((sql) => readAcceptedRuns(sql, target, limit)),
    baseline: {
      current: (target) => store.read((sql) => readBaseline(sql, target, place)),
      list: (target) => store.read((sql) => readPromotions(sql, target)),
    },
    acceptances: (target) => store.read((sql) => readAcceptances(sql, target)),
    runs: (query) => store.read((sql) => listRuns(sql, query)),
    export: (format, keep) => store.read((sql) => exportAll(sql, format, keep)),
    prunable: (what) => store.read((sql) => readPrunable(sql, what)),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  }
}

/** The same, and what can be kept in it. */
export function historyOf(store: Store): History {
  const { place } = store
  const reader = readerOf(store)
  return {
    ...reader,
    async record(run, verdict, figures) {
      const record = recordOf(run, verdict, figures)
      await store.write((sql) => addRun(sql, record, place))
    },
    baseline: { ...reader.baseline, promote: (what) => store.write((sql) => promote(sql, what, place)) },
    acceptTrend: (acceptances) =>
      store.write(async (sql) => {
        for (const acceptance of acceptances) await addAcceptance(sql, acceptance)
      }),
    async import(format, file, text) {
      // Read before the store is locked.
      if (format === 'csv') {
        const { parseCsv } = await import('./exchange/parse-csv.ts')
        const runs = parseCsv(file, text)
        return store.write((sql) => importCsvRuns(sql, file, runs))
      }
      const { parseJsonl } = await import('./exchange/parse-jsonl.ts')
      const entries = parseJsonl(file, text)
      return store.write((sql) => importEntries(sql, file, entries))
    },
    prune: (what) =>
      store.write(async (sql) => {
        const pruned = await readPrunable(sql, what)
        await removeRuns(sql, pruned)
        return pruned
      }),
  }
}
