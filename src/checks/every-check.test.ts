import { expect, test } from 'vitest'
import type { DeclaredPromise } from '../promises/index.ts'
import type { Check } from '../records/index.ts'
import { DECLARED, judgeAll } from './testing/judge-all.ts'

/** What holds for every check of the built-in suites, on a healthy service. */

const named = (checks: readonly Check[], outcome: Check['outcome']) =>
  checks.filter((check) => check.outcome === outcome).map(({ id, reason }) => `${id}: ${reason}`)

test('the checks are all there: a law over none would prove nothing', () => {
  expect(DECLARED.length).toBeGreaterThan(90)
})

test.each([
  ['instant', [200, 0]],
  ['default', [5_000, 1_000, 200, 50, 0]],
] as const)(
  'however little time a run has, no check fails a healthy service (%s)',
  async (profile, budgets) => {
    const asking = new Set<string>()
    const watched = DECLARED.map((declared) => watchTime(declared, asking))
    let latest: readonly Check[] = []
    for (const budgetMs of budgets) {
      // Whoever needed a third of this without asking how much there is would do the same again.
      const quick = latest.filter(({ id, durationMs }) => !asking.has(id) && durationMs < budgetMs / 3)
      const open = watched.filter(({ entry }) => !quick.some(({ id }) => id === entry.id))
      // A check that is cut mostly waits.
      const checks = await judgeAll(open, { profile }, { lanes: budgetMs < 500 ? 16 : 4, budgetMs })
      expect(named(checks, 'failed'), `within ${budgetMs} ms`).toEqual([])
      latest = [...quick, ...checks]
    }
    expect(named(latest, 'inconclusive'), 'without any time nothing is decided').toHaveLength(DECLARED.length)
  },
)

/** Notes the promises whose checks ask how much time is left. */
const watchTime = ({ entry, definition }: DeclaredPromise, asking: Set<string>): DeclaredPromise => ({
  entry,
  definition: {
    ...definition,
    check: (tools) =>
      definition.check({
        ...tools,
        leftMs: () => {
          asking.add(entry.id)
          return tools.leftMs()
        },
      }),
  },
})

test('a check that runs beside others has at most four requests of its own in flight', async () => {
  const shared = DECLARED.filter(({ definition }) => definition.alone === undefined)
  // The fifth generation at once is turned away.
  const narrow = {
    loadMs: [0, 0],
    firstTokenMs: [4, 4],
    tokenMs: 0,
    maxNumSeqs: 4,
    maxQueued: 0,
    maxModelLen: 4_096,
  } as const
  const checks = await judgeAll(shared, { profile: { says: 'four at once', ...narrow } })
  expect(named(checks, 'failed')).toEqual([])
  expect(named(checks, 'inconclusive')).toEqual([])
  expect(shared.length).toBeGreaterThan(40)
})
