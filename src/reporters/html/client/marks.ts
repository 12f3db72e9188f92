import type uPlot from 'uplot'
import type { ChartBand, ChartMark } from '../kit/chart-spec.ts'
import { tone } from './tone.ts'

/** Spans of an axis, below the values. */
export function drawBands({ ctx, bbox, valToPos }: uPlot, bands: readonly ChartBand[] = []): void {
  const px = devicePixelRatio
  ctx.save()
  ctx.font = `${11 * px}px system-ui`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  for (const { axis = 'x', from, to, label } of bands) {
    const [start, end] = [from, to].map((at) => within(valToPos(at, axis, true), axis, bbox)) as [
      number,
      number,
    ]
    const [left, right] = axis === 'x' ? [start, end] : [bbox.left, bbox.left + bbox.width]
    const [top, bottom] = axis === 'x' ? [bbox.top, bbox.top + bbox.height] : [end, start]
    ctx.fillStyle = tone('band')
    ctx.fillRect(left, top, Math.max(right - left, px), Math.max(bottom - top, px))
    const air = 4 * px
    // A name that is wider than its band would name the next one, too.
    if (ctx.measureText(label).width + 2 * air > right - left) continue
    ctx.fillStyle = tone('ink-soft')
    ctx.fillText(label, left + air, bbox.top + bbox.height - air)
  }
  ctx.restore()
}

const within = (place: number, axis: 'x' | 'y', { left, width, top, height }: uPlot.BBox): number =>
  axis === 'x' ? Math.min(left + width, Math.max(left, place)) : Math.min(top + height, Math.max(top, place))

/** Lines at a place of an axis, above the values. */
export function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly ChartMark[] = []): void {
  const px = devicePixelRatio
  ctx.save()
  ctx.font = `${12 * px}px system-ui`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  marks.forEach((mark, index) => {
    const color = tone(mark.tone ?? 'muted')
    const place = valToPos(mark.at, mark.axis, true)
    const isX = mark.axis === 'x'
    if (place !== within(place, mark.axis, bbox)) return
    ctx.strokeStyle = color
    ctx.lineWidth = px
    ctx.setLineDash([6 * px, 4 * px])
    ctx.beginPath()
    ctx.moveTo(isX ? place : bbox.left, isX ? bbox.top : place)
    ctx.lineTo(isX ? place : bbox.left + bbox.width, isX ? bbox.top + bbox.height : place)
    ctx.stroke()
    // Names of neighbours stand below each other, none beyond the edge, and each on paper of its own.
    const width = ctx.measureText(mark.label).width
    const right = bbox.left + bbox.width - width - 4 * px
    const x = isX ? Math.min(place + 4 * px, right) : bbox.left + 6 * px
    const y = isX ? bbox.top + (12 + 14 * (index % 4)) * px : Math.max(place - 4 * px, bbox.top + 12 * px)
    ctx.fillStyle = tone('paper')
    ctx.globalAlpha = 0.8
    ctx.fillRect(x - 2 * px, y - 11 * px, width + 4 * px, 14 * px)
    ctx.globalAlpha = 1
    ctx.fillStyle = color
    ctx.fillText(mark.label, x, y)
  })
  ctx.restore()
}
