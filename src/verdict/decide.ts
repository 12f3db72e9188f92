import assert from 'node:assert/strict'
import { EXIT, type ExitCode } from '../errors.ts'
import type { Comparison, PromiseEntry, Run, Sample, Verdict, VerdictWord } from '../records/index.ts'
import { judgeChecks } from './checks.ts'
import { compare } from './compare.ts'
import { judgeCourse } from './course.ts'
import { counted } from './figures.ts'
import { firstNonFinite } from './finite.ts'
import { measure } from './measure.ts'
import { doubt, finding, joined, type Part, proof } from './part.ts'
import { sortSamples } from './samples.ts'

export type DecideInput = {
  readonly run: Run
  /** The closed list: every promise that could be asked for, before the selection, user suites included. */
  readonly promises: readonly PromiseEntry[]
  readonly samples: readonly Sample[]
}

/**
 * The verdict. PASS is constructed: each part that the command asks for must have shown something, with no finding and no
 * doubt anywhere. A finding is FAIL even in a run that was cut; everything else is INCONCLUSIVE.
 */
export function decide({ run, promises, samples }: DecideInput): Verdict {
  assertMeasurable(run)
  const comparisons = compare({ ...run, samples })
  const parts = {
    course: judgeCourse(run),
    checks: judgeChecks(run, promises),
    comparisons: judgeComparisons(comparisons),
    samples: judgeSamples(run, samples),
  }
  const { findings, doubts, proof: shown } = joined(Object.values(parts))
  const unproved = NEEDS[run.command].filter((name) => parts[name].proof.length === 0)
  const word = wordOf(findings, doubts, unproved)
  const { runId, startedAt, durationMs, seed, toolVersion, target } = run
  const verdict: Verdict = {
    schemaVersion: 2,
    runId,
    verdict: word,
    exitCode: exitCodeOf(word, run),
    partial: run.cut !== undefined || run.error !== undefined,
    startedAt,
    durationMs,
    seed,
    toolVersion,
    target,
    reasons: word === 'PASS' ? shown : reasonsAgainst(findings, doubts, unproved),
    // A check with a value that JSON cannot hold is named among the reasons and left out.
    checks: run.checks.filter((check) => firstNonFinite(check) === undefined),
    comparisons,
    ...measure(samples, { boots: run.boots, dialect: target.dialect }),
  }
  assert.equal(firstNonFinite(verdict), undefined, 'a verdict holds a number that JSON cannot')
  return verdict
}

/** The parts without which a command proves nothing. */
const NEEDS = {
  gate: ['course', 'checks', 'comparisons'],
  check: ['course', 'checks'],
  bench: ['course', 'comparisons'],
} as const

type PartName = (typeof NEEDS)['gate'][number]

function wordOf(
  findings: readonly string[],
  doubts: readonly string[],
  unproved: readonly PartName[],
): VerdictWord {
  if (findings.length > 0) return 'FAIL'
  return doubts.length === 0 && unproved.length === 0 ? 'PASS' : 'INCONCLUSIVE'
}

function reasonsAgainst(
  findings: readonly string[],
  doubts: readonly string[],
  unproved: readonly PartName[],
): readonly string[] {
  const reasons = [...findings, ...doubts]
  return reasons.length > 0 ? reasons : [`Nothing was shown about: ${unproved.join(', ')}.`]
}

function judgeComparisons(comparisons: readonly Comparison[]): Part {
  return joined(
    comparisons.map(({ id, outcome, reason }) => {
      if (outcome === 'failed') return finding(`${id} failed: ${reason}.`)
      if (outcome === 'inconclusive') return doubt(`${id} is inconclusive: ${reason}.`)
      return outcome === 'passed' ? proof(`${id} passed: ${reason}.`) : joined([])
    }),
  )
}

function judgeSamples({ boots }: Run, samples: readonly Sample[]): Part {
  const { unusable } = sortSamples(samples, boots)
  if (unusable.length === 0) return joined([])
  const what = 'a time that is no positive number, an unknown start, or a place that another sample has'
  return doubt(`${counted(unusable.length, 'sample')} of ${samples.length} prove nothing: ${what}.`)
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
  const figures = [durationMs, seed, ...Object.values(policy)]
  assert(figures.every(Number.isFinite), 'run.json holds a duration, a seed or a limit that is no number')
  assert(durationMs >= 0 && seed >= 0, 'run.json holds a duration or a seed below 0')
  assert(
    runId && startedAt && toolVersion && target.kind && target.dialect,
    'run.json does not say what it is of',
  )
  assert(policy.warmToColdRatio > 0 && policy.warmE2eMsP50 > 0, 'a limit of 0 or below cannot be kept')
  assert(policy.minWarmSamples >= 0 && policy.minColdStarts >= 0, 'a count below 0 asks for nothing')
}
