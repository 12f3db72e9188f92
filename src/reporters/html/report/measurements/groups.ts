import type { LoadRun, Run, Sample } from '../../../../records/index.ts'

/** Answers whose times may stand in one number: of one warmth, and of one load. */
export type Group = {
  /** Part of the names of its charts. */
  readonly id: string
  readonly title: string
  readonly warmth: 'warm' | 'steady'
  /** Good answers after the warm-up, in the order in which they were sent. */
  readonly good: readonly Sample[]
  /** Of its warm-up and of failed requests, too. */
  readonly all: readonly Sample[]
  readonly load?: LoadRun
  /** Whether the verdict's numbers are of it; of a search they are of one step. */
  readonly isJudged: boolean
}

/** Single requests one after the other, then each load in the order in which it was sent. */
export function groupsOf(run: Run): readonly Group[] {
  const warm = inOrder(run.samples.filter(({ warmth }) => warmth === 'warm'))
  const loads = Map.groupBy(
    run.samples.filter(({ warmth }) => warmth === 'steady'),
    ({ scenario }) => scenario,
  )
  const judged = run.search ? (run.search.held ?? run.search.broken)?.scenario : [...loads.keys()].at(-1)
  return [
    ...(warm.length > 0
      ? [
          {
            ...({ id: 'warm', title: 'Warm: one request at a time', warmth: 'warm', all: warm } as const),
            good: warm.filter(({ outcome, warmUp }) => outcome === 'completed' && !warmUp),
            isJudged: true,
          },
        ]
      : []),
    ...[...loads].map(([scenario, samples]): Group => {
      const all = inOrder(samples)
      const load = run.loads?.findLast((one) => one.scenario === scenario)
      return {
        ...{ id: scenario.replaceAll(/[^\w-]/g, '-'), warmth: 'steady', all },
        title: titleOf(scenario, run, load),
        good: all.filter(({ outcome, phase = 'steady' }) => outcome === 'completed' && phase === 'steady'),
        ...(load && { load }),
        isJudged: scenario === judged,
      }
    }),
  ]
}

function titleOf(scenario: string, { search }: Run, load: LoadRun | undefined): string {
  const step = search?.steps.find((one) => one.scenario === scenario)
  const level = search?.of === 'rate' ? 'requests/s' : 'in flight'
  if (step) return `Steady: ${scenario}, ${step.level} ${level}`
  return `Steady: ${load?.says ?? scenario}`
}

const inOrder = (samples: readonly Sample[]): readonly Sample[] =>
  samples.toSorted((one, other) => one.sentAtMs - other.sentAtMs)
