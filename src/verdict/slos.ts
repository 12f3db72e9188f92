import type { Policy, Sample } from '../records/index.ts'

/** What one answer must keep to count as good: the most, in milliseconds, by what is measured of it. */
export type Slos = Partial<Readonly<Record<SloField, number>>>

const FIELDS = ['ttftMs', 'tpotMs', 'e2eMs', 'e2eFromDueMs'] as const
export type SloField = (typeof FIELDS)[number]

/** Later ones win: `ttftMsP50<100` and `ttftMsP99<500` together let one answer take 500 ms. */
const STATISTICS = ['P50', 'P90', 'P99'] as const

/** The limits of a load as what they ask of one answer. */
export function slosOf(limits: Policy['limits'] = {}): Slos {
  const found = FIELDS.flatMap((field) => {
    const most = STATISTICS.map((statistic) => limits[`steady.${field}${statistic}`]).findLast(
      (limit) => limit?.max !== undefined,
    )
    return most?.max === undefined ? [] : [[field, most.max * (1 + (most.margin ?? 0))] as const]
  })
  return Object.fromEntries(found)
}

/** Whether an answer meets every SLO. One that failed never does, nor one of which a measure is missing. */
export const meets = (sample: Sample, slos: Slos): boolean =>
  sample.outcome === 'completed' &&
  FIELDS.every((field) => {
    const most = slos[field]
    if (most === undefined) return true
    const value = field === 'e2eFromDueMs' ? e2eFromDueMs(sample) : sample[field]
    return value !== undefined && value <= most
  })

/** From when it was due to when it was complete; absent in a closed loop, where nothing is due. */
export const e2eFromDueMs = ({ e2eMs, sendLagMs }: Sample): number | undefined =>
  sendLagMs === undefined ? undefined : e2eMs + sendLagMs
