import assert from 'node:assert/strict'
import { EXIT, type ExitCode } from '../errors.ts'
import type { Comparison, Decision, Run, Sample, Verdict, VerdictWord } from '../records/index.ts'
import { judgeChecks } from './checks.ts'
import { compare } from './compare.ts'
import { judgeConduct } from './conduct.ts'
import { judgeExpectations } from './expectations.ts'
import { counted } from './figures.ts'
import { findingsOf } from './findings.ts'
import { firstNonFinite } from './finite.ts'
import { finding, flaw, type Grounds, gap, joined, proof } from './grounds.ts'
import { measure } from './measure.ts'
import { sortSamples } from './samples.ts'
import { judgedPart } from './search.ts'
import { howToSettle } from './settle.ts'
import { judgeValidity, unlessInvalid } from './validity.ts'
import { judgePairs } from './versus/judge-pairs.ts'
import { judgeStored } from './versus/judge-stored.ts'
import { useWaivers, waivedComparison, waiverSentences, withWaiver } from './waivers.ts'
import { decideWatch } from './watch.ts'

/**
 * The decision. PASS is constructed: each aspect that the command asks for must have shown something, with no finding, no gap and
 * no flaw anywhere, in a complete run. A finding is FAIL even in a run that was cut; everything else is INCONCLUSIVE.
 */
export function decide(run: Run): Decision {
  assertMeasurable(run)
  if (run.command === 'watch') return decideWatch(run)
  const { promises, samples, target, boots } = run
  const judged = judgedPart(run)
  const measured = compare(judged).map((one) => waivedComparison(unlessInvalid(one, judged), run))
  const expected = judgeExpectations(run)
  const held = judgePairs(run) ?? judgeStored(run)
  const regressions = held?.comparisons.map((one) => waivedComparison(one, run)) ?? []
  const comparisons = [...expected, ...measured, ...regressions]
  const aspects = {
    conduct: judgeConduct(run),
    checks: judgeChecks(run, promises),
    expectations: judgeComparisons(expected),
    comparisons: judgeComparisons(errorsFirst(measured)),
    versus: judgeComparisons(regressions),
    samples: judgeSamples(run, samples),
    validity: judgeValidity(judged),
  }
  const { findings, gaps, flaws, proof: shown } = joined(Object.values(aspects))
  const state = run.state === 'complete' && flaws.length > 0 ? 'invalid' : run.state
  const needs = [...NEEDS[run.command], ...(held ? (['versus'] as const) : [])]
  const unproved = needs.filter((name) => aspects[name].proof.length === 0)
  const isShown = gaps.length === 0 && unproved.length === 0 && state === 'complete'
  const missing = isStopped(run) ? aspects.conduct.gaps : gaps
  const verdict = findings.length > 0 ? 'FAIL' : isShown ? 'PASS' : 'INCONCLUSIVE'
  const exitCode = exitCodeOf(verdict, run)
  const waivers = useWaivers(run, comparisons)
  const known = waiverSentences(waivers)
  return {
    verdict,
    exitCode,
    state,
    reasons:
      verdict === 'PASS'
        ? [...known, ...shown]
        : [...reasonsAgainst([...findings, ...flaws, ...missing], unproved), ...known],
    ...howToSettle(run, { verdict, exitCode, comparisons, ...(held && { versus: held.versus }) }),
    comparisons,
    ...(held && { versus: held.versus }),
    ...(waivers.length > 0 && { waivers }),
    ...measure(judged.samples, {
      ...{ boots, dialect: target.dialect, loads: judged.loads, profile: run.profile },
      ...{ limits: run.policy.limits, search: run.search },
    }),
  }
}

/** Whether one event explains all that is missing: what was not seen after it is no reason of its own. */
const isStopped = ({ error, cut }: Run): boolean =>
  error !== undefined || (cut !== undefined && cut.kind !== 'time-spent')

/** verdict.json of a run: the decision that was made when it ended, or else one that is made now. */
export function verdictOf(run: Run, decision: Decision = run.decision ?? decide(run)): Verdict {
  const { runId, startedAt, durationMs, seed, toolVersion, target, throttle } = run
  const verdict: Verdict = {
    schemaVersion: 2,
    runId,
    ...decision,
    ...{ startedAt, durationMs, seed, toolVersion, target },
    ...(throttle && { throttle }),
    ...(run.search && { search: run.search }),
    // A check with a value that JSON cannot hold is named among the reasons and left out.
    checks: run.checks
      .filter((check) => firstNonFinite(check) === undefined)
      .map((check) => withWaiver(check, run)),
    findings: findingsOf(run, decision.comparisons),
  }
  assert.equal(firstNonFinite(verdict), undefined, 'a verdict holds a number that JSON cannot')
  return verdict
}

/** The aspects without which a command proves nothing. */
const NEEDS = {
  gate: ['conduct', 'checks', 'comparisons'],
  check: ['conduct', 'checks'],
  bench: ['conduct', 'comparisons'],
} as const

type AspectName = (typeof NEEDS)['gate'][number] | 'versus'

function reasonsAgainst(reasons: readonly string[], unproved: readonly AspectName[]): readonly string[] {
  return reasons.length > 0 ? reasons : [`Nothing was shown about: ${unproved.join(', ')}.`]
}

/** Times of answers that came say little where others failed. */
const errorsFirst = (comparisons: readonly Comparison[]): readonly Comparison[] =>
  comparisons.toSorted((one, other) => Number(isErrors(other)) - Number(isErrors(one)))

const isErrors = ({ id, outcome }: Comparison): boolean =>
  outcome === 'failed' && /errors$|errorRate/.test(id)

function judgeComparisons(comparisons: readonly Comparison[]): Grounds {
  const gaps = Map.groupBy(
    comparisons.filter(({ outcome }) => outcome === 'inconclusive'),
    ({ reason }) => reason,
  )
  return joined([
    ...comparisons.map(({ id, outcome, reason, waived }) => {
      if (waived !== undefined) return joined([])
      if (outcome === 'failed') return finding(`${id} failed: ${reason}.`)
      return outcome === 'passed' ? proof(`${id} passed: ${reason}.`) : joined([])
    }),
    ...[...gaps].map(([reason, same]) => {
      const ids = same.map(({ id }) => id).join(', ')
      return gap(`${ids} ${same.length === 1 ? 'is' : 'are'} inconclusive: ${reason}.`)
    }),
  ])
}

function judgeSamples({ boots }: Run, samples: readonly Sample[]): Grounds {
  const { unusable } = sortSamples(samples, boots)
  if (unusable.length === 0) return joined([])
  const what = 'a time that is no positive number, an unknown start, or a place that another sample has'
  return flaw(`${counted(unusable.length, 'sample')} of ${samples.length} prove nothing: ${what}.`)
}

/** An interrupted run keeps the exit code of its signal, so that a shell sees it; the word still says what was found. */
function exitCodeOf(word: VerdictWord, { cut, error }: Run): ExitCode {
  if (cut?.kind === 'interrupted' || error?.code === 'interrupted') return EXIT.interrupted
  if (cut?.kind === 'terminated' || error?.code === 'terminated') return EXIT.terminated
  if (word === 'FAIL') return EXIT.fail
  if (error) return error.code === 'usage' || error.code === 'config-invalid' ? EXIT.usage : EXIT.couldNotRun
  return word === 'PASS' ? EXIT.pass : EXIT.inconclusive
}

/** What the run says of itself is ours: what is absent or no number there is a bug, never a finding. */
function assertMeasurable({ policy, durationMs, seed, target, runId, startedAt, toolVersion }: Run): void {
  const { limits = {}, regression = {}, ...figured } = policy
  const margins = Object.values(regression).filter((one) => one !== false)
  const bounds = [...margins, ...Object.values(limits).flatMap((limit) => Object.values(limit))]
  const figures = [durationMs, seed, ...Object.values(figured), ...bounds]
  assert(figures.every(Number.isFinite), 'a run holds a duration, a seed or a limit that is no number')
  assert(durationMs >= 0 && seed >= 0, 'a run holds a duration or a seed below 0')
  assert(
    runId && startedAt && toolVersion && target.kind && target.dialect,
    'a run does not say what it is of',
  )
  assert(policy.warmToColdRatio > 0 && policy.warmE2eMsP50 > 0, 'a limit of 0 or below cannot be kept')
  assert(policy.minWarmSamples >= 0 && policy.minColdStarts >= 0, 'a count below 0 asks for nothing')
}
