import { expect, test } from 'vitest'
import type { SeriesKey } from '../records/index.ts'
import { analyse, incidents } from './index.ts'
import { E2E, nightsWith } from './testing/nights.ts'

/** A series that steps on this night, on which its image changes or does not. */
const stepping = (key: Partial<SeriesKey>, at: number, isNewImage: boolean, seed: number) =>
  analyse(
    { ...E2E, ...key },
    nightsWith(
      200,
      (index) => ({
        factor: index < at ? 1 : 1.2,
        attributes: { image: isNewImage && index >= at ? 'new' : 'old' },
      }),
      seed,
    ),
  )

test('changes of one night and one cause are one incident, whatever the metric or the target', () => {
  const found = incidents([
    stepping({}, 100, true, 1),
    stepping({ metric: 'tpotMsP50' }, 100, true, 2),
    stepping({ targetName: 'code' }, 100, true, 3),
  ])
  expect(found).toMatchObject([{ cause: 'image: old → new', members: { length: 3 } }])
  expect(found[0]?.sentence).toMatch(/^Since 2025-04-11: .+; .+; .+\. Cause: image: old → new\.$/)
})

test('another night or another cause is another incident', () => {
  const found = incidents([
    stepping({}, 100, true, 1),
    stepping({ metric: 'tpotMsP50' }, 100, false, 2),
    stepping({ metric: 'ttftMsP50' }, 150, true, 3),
  ])
  expect(found.map(({ cause, members }) => [cause, members.map(({ series }) => series.metric)])).toEqual([
    ['image: old → new', ['e2eMsP50']],
    ['unknown', ['tpotMsP50']],
    ['image: old → new', ['ttftMsP50']],
  ])
})

test('what was accepted is no incident', () => {
  const nights = nightsWith(200, (index) => ({ factor: index < 100 ? 1 : 1.2 }))
  const acceptances = [{ at: nights[100]?.at ?? '', reason: 'a larger model' }]
  expect(incidents([analyse(E2E, nights, { acceptances })])).toEqual([])
  expect(incidents([analyse(E2E, nights)])).toHaveLength(1)
})
