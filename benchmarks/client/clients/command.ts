import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent, Sample } from '../../../src/records/index.ts'
import { quantile } from '../../../src/statistics/index.ts'
import { toolVersion } from '../../../src/tool-version.ts'
import type { Client, Quantiles, SeenAnswer } from '../records.ts'

const LAUNCHER = join(import.meta.dirname, '../../../bin/infergate.mjs')

/** The command as a user types it, with the warm answers that it measures before the load. */
export const command: Client = {
  name: 'infergate bench',
  asksFor: 'streams',
  sendsAtRates: true,
  isMeasuredSeldom: true,
  hasOneProcess: true,
  // 20: it was done, and the client's or the machine's state makes it invalid.
  exitCodes: [0, 20],
  version: toolVersion,
  command: ({ url, streams, requests, outputTokens, rate, folder }) => ({
    argv: [
      ...[process.execPath, LAUNCHER, 'bench', '--url', url],
      ...(rate === undefined
        ? ['--concurrency', String(streams)]
        : ['--rate', String(rate), '--arrivals', 'constant']),
      ...['--max-requests', String(requests), '--input', '16', '--output', String(outputTokens)],
      // What comes after the load is no part of it.
      ...['--no-calibration', '--reports-dir', join(folder, 'reports'), '--quiet'],
    ],
  }),
  read({ folder }) {
    const samples = (linesOf(folder, 'samples.jsonl') as readonly Sample[]).filter(
      ({ scenario }) => scenario === 'load',
    )
    const journal = linesOf(folder, 'journal.jsonl') as readonly RunEvent[]
    const driven = journal.find((event) => event.kind === 'driven')
    const { reasons, clients } = driven?.driven.validity ?? { reasons: [], clients: [] }
    const good = samples.filter(({ outcome }) => outcome === 'completed')
    const lags = samples.flatMap(({ sendLagMs }) => sendLagMs ?? [])
    return {
      ...{ completed: good.length, failed: samples.length - good.length },
      ttftMs: quantilesOf(good.flatMap(({ ttftMs }) => ttftMs ?? [])),
      gapMs: { ...quantilesOf(good.flatMap(gapsOf)), of: 'events' },
      ...(clients[0] && { loopUtilisation: clients[0].loopUtilization }),
      ...(reasons.length > 0 && { isInvalid: true }),
      ...(lags.length > 0 && { sendLagMs: quantilesOf(lags) }),
      ...{ seen: good.map(seenOf), stamps: 'every event', clock: 'of its own' },
    }
  },
}

const linesOf = (folder: string, name: string): readonly unknown[] =>
  readFileSync(join(folder, 'reports/latest', name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const quantilesOf = (values: readonly number[]): Quantiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
})

const gapsOf = ({ chunkAtMs = [] }: Sample): readonly number[] =>
  chunkAtMs.slice(1).map((at, index) => at - (chunkAtMs[index] ?? 0))

/** On the run's own clock, whose origin is not known here. */
const seenOf = ({ sentAtMs, chunkAtMs = [] }: Sample): SeenAnswer => ({
  sentNs: sentAtMs * 1e6,
  atNs: chunkAtMs.map((ms) => (sentAtMs + ms) * 1e6),
})
