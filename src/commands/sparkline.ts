const BARS = [...'▁▂▃▄▅▆▇█']

/** A series as one line of text, lowest to highest of its own range; a level series is a line in the middle. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const bar = (value: number): number =>
    high === low ? BARS.length / 2 - 1 : Math.round(((value - low) / (high - low)) * (BARS.length - 1))
  return values.map((value) => BARS[bar(value)]).join('')
}
