import type uPlot from 'uplot'

/** The colour of a series, which uPlot keeps as a function. */
export function strokeOf(self: uPlot, index: number): string {
  const stroke = self.series[index]?.stroke
  return String((typeof stroke === 'function' ? stroke(self, index) : stroke) ?? '')
}
