import { median } from '../../../statistics/index.ts'
import { isEvidence, type SeriesView } from '../../trend/view.ts'
import { html, type Markup } from '../kit/index.ts'
import { explainedMoves } from './places.ts'

const [WIDTH, HEIGHT, AIR] = [180, 32, 3]
const COLUMNS = 90

/** The course of a series in a line's height: its nights, the accepted level, and where the level moved. */
export function spark({ trend, nights }: SeriesView): Markup {
  const counted = nights.map((night, index) => ({ index, night })).filter(({ night }) => isEvidence(night))
  const points = columnsOf(counted.map(({ index, night }) => [index, night.value] as const))
  if (points.length === 0) return html`<span class="soft">no night counts</span>`
  const levels = trend.accepted ? [trend.accepted.level] : []
  const values = [...points.map(([, value]) => value), ...levels]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (index: number) =>
    Math.round(10 * (AIR + (index / Math.max(1, nights.length - 1)) * (WIDTH - 2 * AIR))) / 10
  const y = (value: number) =>
    Math.round(
      10 * (high === low ? HEIGHT / 2 : HEIGHT - AIR - ((value - low) / (high - low)) * (HEIGHT - 2 * AIR)),
    ) / 10
  const line = points.map(([index, value]) => `${x(index)},${y(value)}`).join(' ')
  const end = points.at(-1)
  return html`<svg class="course" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true">
${trend.accepted && html`<line class="accepted" x1="0" x2="${WIDTH}" y1="${y(trend.accepted.level)}" y2="${y(trend.accepted.level)}"></line>`}
${trend.changes.map(({ index, direction, status }) => html`<line class="${status === 'open' ? direction : 'settled'}" x1="${x(index)}" x2="${x(index)}" y1="0" y2="${HEIGHT}"></line>`)}
${explainedMoves({ trend, nights }).map(({ index }) => html`<line class="settled" x1="${x(index)}" x2="${x(index)}" y1="0" y2="${HEIGHT}"></line>`)}
<polyline points="${line}"></polyline>${end && html`<circle cx="${x(end[0])}" cy="${y(end[1])}" r="2.5"></circle>`}</svg>`
}

type Point = readonly [index: number, value: number]

/** Of more nights than columns each column is the median of its share: no single night hides its neighbours. */
function columnsOf(points: readonly Point[]): readonly Point[] {
  if (points.length <= COLUMNS) return points
  const edge = (column: number): number => Math.round((column * points.length) / COLUMNS)
  return Array.from({ length: COLUMNS }, (_, column): Point => {
    const share = points.slice(edge(column), edge(column + 1))
    return [share.at(-1)?.[0] ?? 0, median(share.map(([, value]) => value))]
  })
}
