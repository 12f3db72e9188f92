import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Night } from '../../src/records/index.ts'
import type { Announced } from './trend-alarms.ts'

/** What was known of one series on each night from `from` on. */
export type History = { readonly nights: readonly Night[]; readonly from: number }

const SCRIPT = join(import.meta.dirname, 'otava_nightly.py')

/** By history, then by night: what apache-otava announces. `python` is an interpreter that has it. */
export function otavaNightly(
  python: string,
  histories: readonly History[],
): readonly (readonly (readonly Announced[])[])[] {
  return announcedByOtava(
    python,
    histories.map(({ nights, from }) => ({ values: nights.map(({ value }) => value), from })),
  )
}

/** The same of plain values. */
export function announcedByOtava(
  python: string,
  series: readonly { readonly values: readonly number[]; readonly from: number }[],
): readonly (readonly (readonly Announced[])[])[] {
  const input = series.map((one) => JSON.stringify(one)).join('\n')
  const output = execFileSync(python, [SCRIPT], { input, encoding: 'utf8', maxBuffer: 2 ** 30 })
  return output
    .trim()
    .split('\n')
    .map((line) =>
      (JSON.parse(line) as [number, boolean][][]).map((night) =>
        night.map(([index, isRise]) => ({ index, isRise })),
      ),
    )
}

export const otavaVersion = (python: string): string =>
  execFileSync(python, ['-c', 'from importlib.metadata import version; print(version("apache-otava"))'], {
    encoding: 'utf8',
  }).trim()
