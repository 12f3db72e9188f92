import uPlot from 'uplot'
import type { ChartSeries, ChartSpec } from '../kit/chart-spec.ts'
import { xAxis, xScale, yAxis, yScale } from './axes.ts'
import { drawIntervals } from './intervals.ts'
import { drawBands, drawMarks } from './marks.ts'
import { inUtc } from './night-axes.ts'
import { strokeOf } from './stroke.ts'
import { tone } from './tone.ts'

const drawn = new Map<HTMLElement, uPlot>()

/** Draws each chart once it can be seen, and anew when the page gets another width or colour scheme. */
export function startCharts(): void {
  const places = [...document.querySelectorAll<HTMLElement>('[data-chart]')]
  const draw = (place: HTMLElement) => {
    drawn.get(place)?.destroy()
    drawn.delete(place)
    const data = document.getElementById(`chart-data-${place.dataset['chart']}`)
    if (!data || place.clientWidth === 0) return
    drawn.set(place, plot(JSON.parse(data.textContent ?? '') as ChartSpec, place))
  }
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) draw(target as HTMLElement)
  })
  for (const place of places) sizes.observe(place)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => places.forEach(draw))
  matchMedia('print').addEventListener('change', () => places.forEach(draw))
}

const PALETTE = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6']

function plot(spec: ChartSpec, place: HTMLElement): uPlot {
  const ink = tone('ink-soft')
  const grid = { stroke: tone('line'), width: 1 }
  const fonts = { font: '12px system-ui', labelFont: '12px system-ui', labelSize: 18, labelGap: 2 }
  const axis = { stroke: ink, grid, ticks: grid, ...fonts }
  const right = spec.series.find((one) => one.axis === 'right')
  const left = spec.series.find((one) => one.axis !== 'right')
  const options: uPlot.Options = {
    width: place.clientWidth,
    height: Number(place.dataset['height']),
    tzDate: inUtc,
    scales: {
      x: xScale(spec),
      y: yScale(spec),
      ...(right && { right: yScale({ ...spec, marks: [] }) }),
    },
    axes: [
      { ...axis, label: spec.x.label, size: 30, ...xAxis(spec) },
      { ...axis, label: left?.unit ?? '', size: 52, ...yAxis(spec) },
      ...(right
        ? [{ ...axis, label: right.unit, scale: 'right', side: 1 as const, size: 52, grid: { show: false } }]
        : []),
    ],
    series: [
      { label: spec.x.label, ...(spec.x.kind !== 'time' && { value: plainly }) },
      ...spec.series.map(seriesOf),
    ],
    hooks: {
      drawClear: [(self) => drawBands(self, spec.bands)],
      draw: [(self) => drawIntervals(self, spec.series), (self) => drawMarks(self, spec.marks)],
    },
    ...(spec.sharesCursor && { cursor: { sync: { key: spec.sharesCursor } } }),
    // Points have no line, from whose width a mark in the legend would get its colour.
    legend: { live: true, markers: { width: 0, fill: strokeOf } },
  }
  return new uPlot(
    options,
    [spec.x.values, ...spec.series.map(({ values }) => values)] as uPlot.AlignedData,
    place,
  )
}

/** Nothing where the pointer is nowhere. */
const plainly = (_self: uPlot, value: number | null): string => (value === null ? '' : String(value))

function seriesOf(series: ChartSeries, index: number): uPlot.Series {
  const stroke = tone(series.tone ?? PALETTE[index % PALETTE.length] ?? 'ink')
  const style = series.style ?? 'line'
  const { bars, stepped } = uPlot.paths
  const hasPoints = style === 'points' || style === 'linked'
  return {
    label: `${series.label} (${series.unit})`,
    scale: series.axis === 'right' ? 'right' : 'y',
    stroke,
    width: style === 'points' ? 0 : 1.5,
    points: { show: hasPoints, size: style === 'linked' ? 6 : 4, fill: stroke, width: 0 },
    ...(style === 'points' && { paths: () => null }),
    ...(style === 'bars' && bars && { paths: bars({ size: [0.9] }), fill: stroke }),
    ...(style === 'steps' && stepped && { paths: stepped({ align: 1 }) }),
    value: (_self, value) => (value === null || value === undefined ? '' : value.toPrecision(4)),
  }
}
