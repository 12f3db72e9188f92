import { createRequire } from 'node:module'
import type { Sample } from '../records/index.ts'
import type { Report, Reporter } from './reporter.ts'

type Hdr = typeof import('hdr-histogram-js')

/** Values are microseconds, kept to three digits. */
const US_PER_MS = 1_000
const DIGITS = 3

const TIMES: Readonly<Record<string, (sample: Sample) => readonly number[]>> = {
  interChunk: ({ chunkAtMs = [] }) => chunkAtMs.slice(1).map((atMs, i) => atMs - (chunkAtMs[i] ?? 0)),
  ttft: ({ ttftMs }) => (ttftMs === undefined ? [] : [ttftMs]),
  e2e: ({ e2eMs }) => [e2eMs],
}

/**
 * The times of a load as HdrHistograms, one a tag, in the log format that the tools of HdrHistogram read and merge: all gaps of a
 * load in some kilobytes, so that those of many runs can be joined exactly.
 */
export const hdrReporter: Reporter = {
  name: 'hdr',
  says: 'histograms of a load (gaps, ttft, e2e; microseconds) in the log format of HdrHistogram',
  file: 'histograms.hlog',
  isAbout: (report) => steadyOf(report).length > 0,
  render: (report) => {
    // Loaded by who writes one: it would make each start slower.
    const hdr: Hdr = createRequire(import.meta.url)('hdr-histogram-js')
    const samples = steadyOf(report)
    const fromMs = samples.reduce(
      (least, { sentAtMs }) => Math.min(least, sentAtMs),
      Number.POSITIVE_INFINITY,
    )
    const toMs = samples.reduce((most, { sentAtMs, e2eMs }) => Math.max(most, sentAtMs + e2eMs), 0)
    const lines: string[] = []
    const log = new hdr.HistogramLogWriter((line) => lines.push(line))
    log.outputLogFormatVersion()
    log.outputComment(`infergate ${report.run.runId}; values are microseconds`)
    // Its own function would say it in the time zone of the machine, too.
    const startedAt = Date.parse(report.run.startedAt) / 1_000
    log.outputComment(`[StartTime: ${startedAt.toFixed(3)} (seconds since epoch)]`)
    log.outputLegend()
    for (const [tag, timesOf] of Object.entries(TIMES)) {
      const histogram = hdr.build({ numberOfSignificantValueDigits: DIGITS })
      histogram.tag = tag
      for (const sample of samples)
        for (const ms of timesOf(sample)) histogram.recordValue(Math.max(0, Math.round(US_PER_MS * ms)))
      if (histogram.totalCount > 0)
        log.outputIntervalHistogram(histogram, fromMs / 1_000, toMs / 1_000, US_PER_MS)
    }
    return lines.join('')
  },
}

/** Good answers of the steady part. */
const steadyOf = ({ run }: Report): readonly Sample[] =>
  run.samples.filter(
    ({ warmth, outcome, phase = 'steady' }) =>
      warmth === 'steady' && outcome === 'completed' && phase === 'steady',
  )
