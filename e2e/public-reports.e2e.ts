import { beforeAll, describe, expect, test } from 'vitest'
import { HEALTHY } from '../testing/healthy.ts'
import { type Judged, judgeReports, listReports, REPORTS } from '../testing/public-reports.ts'

/** Healthy services in unusual forms, as people who run or test such services reported them. */
const reports = listReports(REPORTS)?.filter(({ kind }) => kind !== 'fault') ?? []
const MINUTES = 60_000

describe(HEALTHY, () => {
  let judged: readonly Judged[] = []
  beforeAll(async () => {
    judged = await judgeReports(REPORTS, reports, { isShort: true })
  }, 8 * MINUTES)

  if (reports.length === 0) test.skip('is not blamed for its form: the folder of reproductions is not there')
  test.each(reports)('is not blamed for its form: $id ($kind)', ({ id }) => {
    const one = judged.find((other) => other.id === id)
    expect(one?.is, JSON.stringify(one, null, 2)).toBe('right')
  })
})
