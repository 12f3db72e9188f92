import { canonical, type RunRecord, sealOf } from '../src/history/record.ts'
import { createRandom, normal } from '../src/random.ts'
import type { StartFigures } from '../src/records/index.ts'

const DAY_MS = 86_400_000
/** Of log(value) from night to night: what the machine does to both targets, and what each does by itself. */
const [SHARED, OWN] = [0.02, 0.01]

/** What a night has that the exported one has not. */
export type Change = (night: number) => {
  /** Of every time; a rate is divided by it. */
  readonly factor?: number
  readonly attributes?: RunRecord['attributes']
  readonly fingerprint?: Partial<RunRecord['fingerprint'] & object>
  readonly state?: RunRecord['state']
}

/**
 * An export of so many nights before the one that an export holds: the same service on the same machine, a day apart, each with a
 * noise of its own. The last one of them is the day before.
 */
export function nightsBefore(exported: string, count: number, change: Change = () => ({})): string {
  const [header = '', ...lines] = exported.trim().split('\n')
  const record: RunRecord | undefined = lines
    .map((line) => JSON.parse(line).record)
    .findLast((one?: RunRecord) => one?.isNight)
  if (!record) throw new Error('the export holds no night')
  const random = createRandom('nights before')
  const nights = Array.from({ length: count }, (_, night): RunRecord => {
    const { factor = 1, attributes = {}, fingerprint = {}, state = record.state } = change(night)
    const at = new Date(Date.parse(record.startedAt) - (count - night) * DAY_MS).toISOString()
    const machine = Math.exp(SHARED * normal(random))
    const by = (own: number): number => own * machine * Math.exp(OWN * normal(random))
    const [times, beside] = [by(factor), by(1)]
    return {
      ...record,
      ...{ runId: `${at.slice(0, 19).replaceAll(':', '-')}-bench-night`, startedAt: at, state },
      attributes: { ...record.attributes, ...attributes },
      ...(record.fingerprint && { fingerprint: { ...record.fingerprint, ...fingerprint } }),
      starts: record.starts.map((start) => scaled(start, times)),
      measurements: record.measurements.map((one) =>
        one.unit === 'ms' ? { ...one, value: one.value * times } : one,
      ),
      // Beside the candidate stood the reference, which nobody changed.
      ...(record.reference && { reference: record.reference.map((start) => scaled(start, beside)) }),
    }
  })
  const written = nights.map((night) => canonical({ kind: 'run', record: night, seal: sealOf(night) }))
  return `${[header, ...written].join('\n')}\n`
}

const scaled = (start: StartFigures, factor: number): StartFigures => ({
  ...start,
  values: Object.fromEntries(
    Object.entries(start.values).map(([metric, value]) => [
      metric,
      metric === 'outputTokensPerSecond' ? value / factor : value * factor,
    ]),
  ),
})
