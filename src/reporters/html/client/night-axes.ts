import uPlot from 'uplot'

const DAY_S = 86_400

/** Days as reports write them; where fewer than three are seen, times of the day. */
export const NIGHTS: Partial<uPlot.Axis> = {
  space: 90,
  values: (_self, seconds) => {
    const isLong = (seconds.at(-1) ?? 0) - (seconds[0] ?? 0) > 2 * DAY_S
    return seconds.map((at) => {
      const written = new Date(1_000 * at).toISOString()
      return isLong ? written.slice(0, 10) : written.slice(5, 16).replace('T', ' ')
    })
  },
}

/** Times stand in reports and commands in UTC, wherever the reader sits. */
export const inUtc = (seconds: number): Date => uPlot.tzDate(new Date(1_000 * seconds), 'Etc/UTC')

/** What is looked at for small changes: from near the least value to near the most. */
export const fitted = (_self: uPlot, low: number | null, high: number | null): [number, number] => {
  const [least, most] = [low ?? 0, high ?? 1]
  const air = 0.1 * (most - least) || 0.1 * Math.abs(most) || 1
  return [least - air, most + air]
}
