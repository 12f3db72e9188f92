import type uPlot from 'uplot'
import type { ChartSeries } from '../kit/chart-spec.ts'
import { strokeOf } from './stroke.ts'

/** Half the width of the ends of an interval, in CSS pixels. */
const END_PX = 4

/** The 95 % interval of each value, as a line with ends, in the colour of its series. */
export function drawIntervals(self: uPlot, series: readonly ChartSeries[]): void {
  const { ctx, valToPos, data } = self
  ctx.save()
  ctx.lineWidth = 1.5 * devicePixelRatio
  series.forEach(({ intervals, axis }, index) => {
    const scale = axis === 'right' ? 'right' : 'y'
    if (!intervals || self.series[index + 1]?.show === false) return
    ctx.strokeStyle = strokeOf(self, index + 1)
    ctx.beginPath()
    intervals.forEach((interval, at) => {
      const value = data[0]?.[at]
      if (!interval || value === undefined) return
      const x = valToPos(value, 'x', true)
      const end = END_PX * devicePixelRatio
      const [low, high] = interval.map((edge) => valToPos(edge, scale, true)) as [number, number]
      ctx.moveTo(x, low)
      ctx.lineTo(x, high)
      for (const y of [low, high]) {
        ctx.moveTo(x - end, y)
        ctx.lineTo(x + end, y)
      }
    })
    ctx.stroke()
  })
  ctx.restore()
}
