import type { Check, CheckOutcome, PromiseEntry, Run } from '../records/index.ts'
import { counted, firstOf, percent } from './figures.ts'
import { describeFinding, findingsOf } from './findings.ts'
import { firstNonFinite } from './finite.ts'
import { finding, flaw, type Grounds, gap, joined, proof } from './grounds.ts'
import { isWaived } from './waivers.ts'

/** The checks held against the closed list of promises. A benchmark asks for none; one that failed still counts. */
export function judgeChecks(run: Run, promises: readonly PromiseEntry[]): Grounds {
  const broken = judgeFailures(run)
  if (run.command === 'bench') return broken
  const asked = promises.filter((promise) => isAsked(promise, run.selection))
  return joined([
    broken,
    judgeList(run.checks, promises),
    judgeSelection(run, promises, asked),
    ...grouped(asked.flatMap((promise) => gapOf(promise, run.checks))),
    judgeProof(run, asked),
  ])
}

/** Whether the run was asked for this promise: by suite, by tag, by id, by all that were given, or without a selection. */
export function isAsked({ id, suite, tags }: PromiseEntry, selection: Run['selection']): boolean {
  const bySuite = selection?.suites?.includes(suite) ?? true
  const byId = selection?.ids?.includes(id) ?? true
  return bySuite && byId && (selection?.tags?.some((tag) => tags.includes(tag)) ?? true)
}

/** Required promises that failed: each cause one finding, however many promises it breaks. */
const judgeFailures = (run: Run): Grounds =>
  joined(
    findingsOf(run)
      .filter(({ outcome, required }) => outcome === 'failed' && required)
      .map((one) => finding(describeFinding(one))),
  )

/** The list and the checks must fit: one entry an id, one check an entry, none besides, each as the list says. */
function judgeList(checks: readonly Check[], promises: readonly PromiseEntry[]): Grounds {
  const known = new Map(promises.map((promise) => [promise.id, promise]))
  const differs = ({ id, suite, required }: Check) => {
    const promise = known.get(id)
    return promise !== undefined && (promise.suite !== suite || promise.required !== required)
  }
  const flaws = [
    ['More than once in the list of promises', repeated(promises)],
    ['Reported more than once', repeated(checks)],
    ['Reported, but not in the list of promises', ids(checks.filter(({ id }) => !known.has(id)))],
    ['Reported otherwise than the list of promises has it', ids(checks.filter(differs))],
  ] as const
  return joined(
    flaws.filter(([, found]) => found.length > 0).map(([what, found]) => flaw(`${what}: ${firstOf(found)}.`)),
  )
}

function judgeSelection(
  run: Run,
  promises: readonly PromiseEntry[],
  asked: readonly PromiseEntry[],
): Grounds {
  if (promises.length === 0) return gap('No promise was asked for: the list is empty.')
  if (run.selection === undefined) return joined([])
  const chosen = `${describeSelection(run.selection)}: ${counted(asked.length, 'check')} of ${promises.length}`
  if (asked.length === 0) return gap(`No promise was asked for: nothing matches ${chosen}.`)
  if (run.command === 'check') return proof(`Only a selection was checked, ${chosen}.`)
  const left = ids(promises.filter((promise) => promise.required && !asked.includes(promise)))
  const missed = `${counted(left.length, 'required check')} not asked for${left.length > 0 ? `: ${firstOf(left)}` : ''}`
  return gap(`A gate passes on everything or not at all; this one ran ${chosen}, ${missed}.`)
}

type Gap = { readonly id: string; readonly why: string; readonly isFlaw?: true }

/** Why a promise that was asked for is not shown; nothing when it is, or when it failed. */
function gapOf(promise: PromiseEntry, checks: readonly Check[]): readonly Gap[] {
  const { id, required } = promise
  const check = checks.find((one) => one.id === id)
  if (!check) return [{ id, why: 'not run' }]
  const nonFinite = firstNonFinite(check) ?? (Number.isFinite(check.durationMs) ? undefined : '$.durationMs')
  if (nonFinite !== undefined)
    return [{ id, why: `holding a value that is no number (${nonFinite})`, isFlaw: true }]
  const whyNot = WHY[check.outcome]
  if (!whyNot) return [{ id, why: `reported with an unknown outcome (${check.outcome})`, isFlaw: true }]
  const why = whyNot(check, promise)
  return why === undefined || !required ? [] : [{ id, why }]
}

type Why = (check: Check, promise: PromiseEntry) => string | undefined

const WHY: Partial<Record<string, Why>> & Record<CheckOutcome, Why> = {
  passed: ({ observed }) =>
    observed && !(Number.isSafeInteger(observed.n) && observed.n > 0 && observed.findsRate > 0)
      ? 'passed on no samples'
      : undefined,
  // The others of its cases may be waived, and what is left must not pass in silence.
  failed: ({ cases = [] }) => {
    const open = cases.filter(({ outcome }) => outcome === 'inconclusive').map(({ name }) => name)
    return open.length > 0 ? `inconclusive in ${firstOf(open)}` : undefined
  },
  inconclusive: ({ reason = 'no reason was given' }) => `inconclusive: ${reason}`,
  'not-applicable': ({ reason }, promise) => {
    if (!reason) return 'not applicable without a reason'
    return isCore(promise) ? `not applicable, but core: ${reason}` : undefined
  },
}

/** One sentence for all checks that share a reason: forty lines that say the same hide the forty-first. */
function grouped(gaps: readonly Gap[]): readonly Grounds[] {
  return [...Map.groupBy(gaps, ({ why }) => why)].map(([why, same]) => {
    const sentence = `${counted(same.length, 'check')} ${same.length === 1 ? 'is' : 'are'} ${why} (${firstOf(ids(same))}).`
    return same.some(({ isFlaw }) => isFlaw) ? flaw(sentence) : gap(sentence)
  })
}

/** What the checks showed: nothing unless a required one passed, and a core one where the whole list was asked for. */
function judgeProof(run: Run, asked: readonly PromiseEntry[]): Grounds {
  const passed = asked.filter(({ id }) => run.checks.find((check) => check.id === id)?.outcome === 'passed')
  if (!passed.some(({ required }) => required)) return gap('No required check passed.')
  if (run.selection === undefined && !passed.some(isCore)) return gap('No core check passed.')
  const idle = run.checks.filter(({ outcome }) => outcome === 'not-applicable').length
  const failed = run.checks.filter(({ outcome, required }) => outcome === 'failed' && !required)
  const waived = run.checks.filter((check) => check.required && isWaived(check, run)).length
  const besides = [
    ...(idle > 0 ? [`${idle} not applicable`] : []),
    ...(waived > 0 ? [`${waived} failed and waived`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed that are not required (${firstOf(ids(failed))})`] : []),
  ]
  const sentence = `${[`${passed.length} of ${counted(asked.length, 'check')} passed`, ...besides].join(', ')}.`
  return joined([proof(sentence), ...sharpest(run.checks)])
}

/** The smallest violation rate that the sampled checks would have found. */
function sharpest(checks: readonly Check[]): readonly Grounds[] {
  const sampled = checks.flatMap(({ id, outcome, observed }) =>
    outcome === 'passed' && observed ? [{ id, ...observed }] : [],
  )
  const [best] = sampled.toSorted((a, b) => a.findsRate - b.findsRate)
  if (!best) return []
  const rate = `The smallest violation rate that a check finds (95 %) is ${percent(best.findsRate)}`
  return [proof(`${rate}: ${best.id}, n = ${best.n}.`)]
}

const isCore = (promise: PromiseEntry | undefined): boolean => promise?.tags.includes('core') ?? false

const ids = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id)

const repeated = (list: readonly { readonly id: string }[]): readonly string[] =>
  [...Map.groupBy(list, ({ id }) => id)].filter(([, same]) => same.length > 1).map(([id]) => id)

function describeSelection({ suites, tags, by = [] }: NonNullable<Run['selection']>): string {
  const parts = [suites && `suites ${suites.join(', ')}`, tags && `tags ${tags.join(', ')}`, ...by]
  return parts.filter(Boolean).join(' and ')
}
