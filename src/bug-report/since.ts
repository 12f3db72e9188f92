import type { BeforeAfter, Run, Verdict, VerdictWord } from '../records/index.ts'
import { median } from '../statistics/index.ts'

/** A run as far as it is held beside another one. */
export type Sides = {
  readonly runId: string
  readonly startedAt: string
  readonly verdict: VerdictWord
  /** Absent: the history keeps the figures of that run and not its checks. */
  readonly failing?: readonly string[]
  readonly coldMs?: number
  readonly warmMs?: number
  readonly version?: string
  readonly model?: string
  readonly toolVersion?: string
}

export function sideOf(run: Run, verdict: Verdict): Sides {
  const value = (name: string, warmth: string) =>
    verdict.measurements.find((one) => one.name === name && one.warmth === warmth)?.value
  const [coldMs, warmMs] = [
    value('coldStartMs', 'cold') ?? value('e2eMsP50', 'cold'),
    value('e2eMsP50', 'warm'),
  ]
  const version = run.profile?.version ?? run.target.version
  const model = run.profile?.model ?? run.target.model
  return {
    ...{ runId: run.runId, startedAt: run.startedAt, verdict: verdict.verdict, toolVersion: run.toolVersion },
    failing: verdict.checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id),
    ...(coldMs !== undefined && { coldMs }),
    ...(warmMs !== undefined && { warmMs }),
    ...(version !== undefined && { version }),
    ...(model !== undefined && { model }),
  }
}

/** The middle one of what several starts measured. */
export const middleOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : median(known)
}

export function beforeAfter(before: Sides, now: Sides, differences: readonly string[]): BeforeAfter {
  const row = (what: string, of: (side: Sides) => string | undefined, absent = 'not measured') => ({
    what,
    before: of(before) ?? absent,
    now: of(now) ?? absent,
  })
  return {
    runId: before.runId,
    rows: [
      row('run', ({ runId }) => runId),
      row('started', ({ startedAt }) => startedAt),
      row('verdict', ({ verdict }) => verdict),
      row('failing checks', ({ failing }) => failing && describeFailing(failing), 'not kept'),
      row('cold start, p50', ({ coldMs }) => inMs(coldMs)),
      row('warm answer, p50', ({ warmMs }) => inMs(warmMs)),
      row('version of the service', ({ version }) => version, 'not known'),
      row('model', ({ model }) => model, 'not known'),
      row('infergate', ({ toolVersion }) => toolVersion, 'not known'),
    ],
    differences,
  }
}

const SHOWN = 5

const describeFailing = (ids: readonly string[]): string =>
  ids.length === 0
    ? 'none'
    : `${ids.length}: ${ids.slice(0, SHOWN).join(', ')}${ids.length > SHOWN ? ' …' : ''}`

const inMs = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : `${Math.round(ms)} ms`
