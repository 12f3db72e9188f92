import { pointsOf } from '../points.ts'
import { canonical, type Point, type RunRecord } from '../record.ts'
import { csvLine } from './csv-line.ts'
import type { Placed } from './entry.ts'

const RUN_COLUMNS = ['run_id', 'started_at', 'command', 'verdict', 'state', 'target', 'hardware'] as const
const POINT_COLUMNS = [
  ...['scenario', 'metric', 'warmth', 'unit', 'value', 'spread', 'starts', 'reference', 'attributes'],
] as const
export const COLUMNS = [...RUN_COLUMNS, ...POINT_COLUMNS]

/** What a table says of a run: its points, and no more of it than that. */
export type CsvRun = Pick<
  RunRecord,
  'runId' | 'startedAt' | 'command' | 'verdict' | 'state' | 'targetName' | 'hardware'
> & { readonly points: readonly Placed<Point>[] }

export const csvHeader = (): string => csvLine(COLUMNS)

/** A line for each point of a run; beside it stand the attributes of the run as JSON. */
export function csvLinesOf(record: RunRecord): string {
  const { runId, startedAt, command, verdict, state, targetName, hardware } = record
  return ownPoints(record)
    .map(({ scenario, metric, warmth, unit, value, spread, starts, reference, attributes }) =>
      csvLine([
        ...[runId, startedAt, command, verdict, state, targetName, hardware],
        ...[scenario, metric, warmth, unit, value, spread, starts, reference, canonical(attributes)],
      ]),
    )
    .join('')
}

/** The points of a run, each with all that is named beside it. */
export const ownPoints = (record: RunRecord): readonly Point[] =>
  pointsOf(record).map((one) => ({ ...one, attributes: { ...record.attributes, ...one.attributes } }))

/** A run as a table tells it. */
export const recordOfCsv = ({ points, ...run }: CsvRun): RunRecord => ({
  ...run,
  ...{ attributes: {}, measurements: [], starts: [], points: points.map(({ entry }) => entry) },
})
