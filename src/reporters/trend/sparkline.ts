import { median } from '../../statistics/index.ts'

const BARS = [...'▁▂▃▄▅▆▇█']
const COLUMNS = 30
/** A range of less than this share of its values is that of rounding. */
const SAME = 1e-9

/**
 * A series as one line of text, lowest to highest of its own range; a level series is a line in the middle. Of more values than
 * columns each column is the median of its share: no single night hides its neighbours.
 */
export function sparkline(values: readonly number[], columns = COLUMNS): string {
  const shown = values.length <= columns ? values : shares(values, columns)
  const [low, high] = [Math.min(...shown), Math.max(...shown)]
  const bar = (value: number): number =>
    high - low <= SAME * Math.abs(high)
      ? BARS.length / 2 - 1
      : Math.round(((value - low) / (high - low)) * (BARS.length - 1))
  return shown.map((value) => BARS[bar(value)]).join('')
}

function shares(values: readonly number[], columns: number): readonly number[] {
  const edge = (column: number): number => Math.round((column * values.length) / columns)
  return Array.from({ length: columns }, (_, column) => median(values.slice(edge(column), edge(column + 1))))
}
