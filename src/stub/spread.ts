import { HarnessError } from '../errors.ts'
import type { Random } from '../random.ts'

/** A number, a list that is gone through again and again, or a distribution (`exponential` has its mean behind it). */
export type Spread = number | readonly number[] | `uniform:${number}-${number}` | `exponential:${number}`

/** The value at a place of the list, or the next draw. */
export type Draw = (place: number, random: Random) => number

/** A spread as it is written on the command line, which is what `String` makes of one. */
export function readSpread(text: string, what: string): Draw {
  const [, low, high] = /^uniform:([\d.]+)-([\d.]+)$/.exec(text) ?? []
  if (low !== undefined && high !== undefined && Number(low) <= Number(high))
    return (_, random) => Number(low) + random.next() * (Number(high) - Number(low))
  const [, mean] = /^exponential:([\d.]+)$/.exec(text) ?? []
  // Inverse transform: 1 − u is never 0.
  if (mean !== undefined) return (_, random) => -Number(mean) * Math.log(1 - random.next())
  const list = text.split(',').map(Number)
  if (text.trim() !== '' && list.every((value) => value >= 0 && value < Infinity))
    return (place) => list[place % list.length] as number
  throw new HarnessError(
    'usage',
    `${what} is a number, a list like 10,20,30, uniform:10-30 or exponential:20, none of it below 0, not "${text}".`,
  )
}
