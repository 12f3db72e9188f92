import { changePoints } from '../../src/statistics/index.ts'
import { keepResult, type Provenance, provenanceOf } from './results.ts'
import { type AnnotatedSeries, annotatedSeries } from './tcpd-folder.ts'
import { type Score, scoreOf } from './tcpd-score.ts'
import { announcedByOtava, otavaVersion } from './trend-otava.ts'

/** Where a procedure sees changes, for each of many series without gaps. */
type Procedure = (many: readonly (readonly number[])[]) => readonly (readonly number[])[]

export type SeriesScore = Score & {
  readonly name: string
  /** Never looked at while the defaults were chosen. */
  readonly isAside: boolean
  /** How long it is, and how many change points were found. */
  readonly values: number
  readonly found: number
}

/** Figures alone: the data set has its own licences. */
export type TcpdResults = Provenance & {
  readonly otavaVersion?: string
  readonly procedures: readonly { readonly name: string; readonly series: readonly SeriesScore[] }[]
}

export type TcpdWork = {
  /** Of the Turing Change Point Dataset. */
  readonly folder: string
  readonly today: Date
  readonly say: (line: string) => void
  /** An interpreter that has apache-otava. */
  readonly python?: string
}

/** Scores infergate, and what it is held against, on every annotated series of a folder: defaults alone. */
export function runTcpd({ folder, today, say, python }: TcpdWork): void {
  const series = annotatedSeries(folder)
  const procedures: Readonly<Record<string, Procedure>> = {
    infergate: (many) => many.map((values) => changePoints(values).map(({ index }) => index)),
    'say nothing': (many) => many.map(() => []),
    ...(python !== undefined && { 'apache-otava': byOtava(python) }),
  }
  const results: TcpdResults = {
    ...provenanceOf(0, ['src/statistics/**/*.ts', 'benchmarks/decision/tcpd*.ts'], today),
    ...(python !== undefined && { otavaVersion: otavaVersion(python) }),
    procedures: Object.entries(procedures).map(([name, find]) => ({ name, series: scoresOf(series, find) })),
  }
  keepResult('tcpd', results)
  say(`Turing Change Point Dataset: ${series.length} series`)
}

/** On the last night; fewer than three values it refuses. */
const byOtava =
  (python: string): Procedure =>
  (many) =>
    announcedByOtava(
      python,
      many.map((values) => ({ values, from: values.length })),
    ).map((nights) => (nights.at(-1) ?? []).map(({ index }) => index))

export function scoresOf(series: readonly AnnotatedSeries[], find: Procedure): readonly SeriesScore[] {
  const columns = series.flatMap(({ dimensions }) => dimensions.map((dimension) => withoutGaps(dimension)))
  const found = find(columns.map(({ values }) => values))
  let next = 0
  return series.map(({ name, isAside, annotations, dimensions }) => {
    const places = dimensions.flatMap(() => {
      const at = next++
      return (found[at] ?? []).map((index) => columns[at]?.places[index] ?? 0)
    })
    const length = dimensions[0]?.length ?? 0
    const changes = dimensions.length === 1 ? places : withoutRepeats(places)
    return { name, isAside, values: length, found: changes.length, ...scoreOf(annotations, changes, length) }
  })
}

function withoutGaps(dimension: readonly (number | null)[]) {
  const present = dimension.flatMap((value, place) => (value === null ? [] : [{ value, place }]))
  return { values: present.map(({ value }) => value), places: present.map(({ place }) => place) }
}

/** Dimensions that change within so many values change together: the first of them counts. */
const TOGETHER = 5

function withoutRepeats(places: readonly number[]): readonly number[] {
  const kept: number[] = []
  for (const place of places.toSorted((a, b) => a - b))
    if (kept.length === 0 || place - (kept.at(-1) as number) > TOGETHER) kept.push(place)
  return kept
}
