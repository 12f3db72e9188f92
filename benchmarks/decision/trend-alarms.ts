import type { Night, SeriesKey } from '../../src/records/index.ts'
import { analyse } from '../../src/trend/index.ts'

/** What was announced on one night: positions in the nights known then, and whether the level rose. */
export type Announced = { readonly index: number; readonly isRise: boolean }
/** An announcement that is new, and with how many nights known. */
export type Alarm = Announced & { readonly known: number }

const SERIES: SeriesKey = {
  ...{ targetName: 'chat', scenario: 'short', metric: 'e2eMsP50', warmth: 'warm' as const },
  hardware: 'A100',
}

/** What infergate announces each night, from the night on with which `from` are known. */
export const infergateNightly = (nights: readonly Night[], from: number): readonly (readonly Announced[])[] =>
  Array.from({ length: nights.length - from + 1 }, (_, i) =>
    analyse(SERIES, nights.slice(0, from + i)).changes.map(({ index, effect }) => ({
      ...{ index, isRise: effect > 0 },
    })),
  )

/** Located again up to so many nights off, it is the same change. */
export const SAME = 10

/** The announcements that are new, over a history that is analysed again each night. */
export function alarmsOf(nightly: readonly (readonly Announced[])[], from: number): readonly Alarm[] {
  const seen: Alarm[] = []
  nightly.forEach((announced, i) => {
    for (const one of announced)
      if (!seen.some(({ isRise, index }) => isRise === one.isRise && Math.abs(index - one.index) <= SAME))
        seen.push({ ...one, known: from + i })
  })
  return seen
}
