import { InvalidArgumentError, Option } from 'commander'
import { durationOf } from '../benchmark/index.ts'

/** Of an option: `30`, `30s`, `5m`, in milliseconds. */
export function duration(text: string): number {
  const ms = durationOf(text)
  if (ms === undefined)
    throw new InvalidArgumentError('It must be a time above 0 and at most 24h, in seconds or with a unit.')
  return ms
}

export const faultAfterOption = (): Option =>
  new Option('--fault-after <time>', 'the faults begin so long after it listens: 60, 1m').argParser(duration)
