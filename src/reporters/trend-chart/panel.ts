import type { ChartChange, ChartLevel, ChartPoint, Panel } from './chart.ts'
import { dayTicks, rangeOf, scaleOf, valueTicks } from './scale.ts'
import { element, escapeXml, textAt } from './svg.ts'

export const WIDTH = 960
export const PANEL_HEIGHT = 236
const [LEFT, RIGHT, TOP, BOTTOM] = [72, WIDTH - 24, 40, 200]

type Place = { readonly x: (at: string) => number; readonly y: (value: number) => number }

/** One series: accepted segment, intervals and lines of its changes, levels, the nights. `firstChange` numbers its changes. */
export function drawPanel(
  panel: Panel,
  times: readonly [number, number],
  { top, firstChange }: { readonly top: number; readonly firstChange: number },
): string {
  const { points, reference = [], levels, changes } = panel
  const values = [...points, ...reference, ...levels].map(({ value }) => value)
  const range = rangeOf(values)
  const place: Place = {
    x: (
      (scale) => (at: string) =>
        scale(Date.parse(at))
    )(scaleOf(times, LEFT, RIGHT)),
    y: scaleOf(range, BOTTOM, TOP),
  }
  return element('g', { transform: `translate(0 ${top})` }, [
    textAt(LEFT, 16, panel.title, { class: 'name' }),
    ...levels.filter(({ isAccepted }) => isAccepted).map((level) => drawAccepted(level, place)),
    ...drawAxes(panel.unit, range, times, place),
    ...changes.map((change) => drawWithin(change, place)),
    ...levels.map((level) => drawLevel(level, place)),
    ...drawLine(reference, place, 'reference'),
    ...drawLine(points, place, 'line'),
    ...points.map((point) => drawPoint(point, place)),
    ...changes.map((change, index) => drawChange(change, firstChange + index, place)),
  ])
}

function drawAxes(
  unit: string,
  range: readonly [number, number],
  times: readonly [number, number],
  { y }: Place,
): readonly string[] {
  const x = scaleOf(times, LEFT, RIGHT)
  return [
    textAt(LEFT - 8, TOP - 10, unit, { class: 'small', 'text-anchor': 'end' }),
    ...valueTicks(range).flatMap(({ value, label }) => [
      element('line', { class: 'grid', x1: LEFT, x2: RIGHT, y1: y(value), y2: y(value) }),
      textAt(LEFT - 8, y(value) + 4, label, { class: 'small', 'text-anchor': 'end' }),
    ]),
    ...dayTicks(times).flatMap(({ value, label }) => [
      element('line', { class: 'grid', x1: x(value), x2: x(value), y1: BOTTOM, y2: BOTTOM + 5 }),
      textAt(x(value), BOTTOM + 18, label, { class: 'small', 'text-anchor': anchorAt(x(value)) }),
    ]),
  ]
}

/** A label near an end of the axis stays inside the picture. */
const anchorAt = (x: number): string => (x < LEFT + 40 ? 'start' : x > RIGHT - 40 ? 'end' : 'middle')

function drawAccepted({ from, to }: ChartLevel, { x }: Place): string {
  const [start, width] = [x(from), Math.max(1, x(to) - x(from))]
  return [
    element('rect', { class: 'accepted', x: start, y: TOP, width, height: BOTTOM - TOP }),
    element('line', { class: 'edge', x1: start, x2: start, y1: TOP, y2: BOTTOM }),
    textAt(Math.min(start + 4, RIGHT - 60), BOTTOM - 6, 'accepted', { class: 'small' }),
  ].join('')
}

function drawWithin({ from, to }: ChartChange, { x }: Place): string {
  const width = Math.max(2, x(to) - x(from))
  return element('rect', { class: 'within', x: x(from), y: TOP, width, height: BOTTOM - TOP })
}

const drawLevel = ({ from, to, value }: ChartLevel, { x, y }: Place): string =>
  element('line', { class: 'level', x1: x(from), x2: x(to), y1: y(value), y2: y(value) })

/** One line for each stretch of nights that are evidence. */
function drawLine(points: readonly ChartPoint[], { x, y }: Place, name: string): readonly string[] {
  const stretches = points.reduce<ChartPoint[][]>(
    (all, point) => {
      if (point.isLeftOut) all.push([])
      else all.at(-1)?.push(point)
      return all
    },
    [[]],
  )
  return stretches
    .filter(({ length }) => length > 1)
    .map((stretch) => {
      const places = stretch.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`)
      return element('polyline', { class: name, points: places.join(' ') })
    })
}

const drawPoint = ({ at, value, says, isLeftOut = false }: ChartPoint, { x, y }: Place): string =>
  element(
    'circle',
    { class: isLeftOut ? 'ring' : 'dot', cx: x(at), cy: y(value), r: isLeftOut ? 3.5 : 2.5 },
    element('title', {}, escapeXml(says)),
  )

function drawChange({ at, label, says }: ChartChange, number: number, { x }: Place): string {
  const place = x(at)
  return element('g', {}, [
    element('title', {}, escapeXml(says)),
    element('line', { class: 'change', x1: place, x2: place, y1: TOP - 4, y2: BOTTOM }),
    textAt(place, TOP - 8, `${number}: ${label}`, { class: 'label', 'text-anchor': anchorAt(place) }),
  ])
}
