import type { ExitCode } from '../errors.ts'
import { EXIT } from '../errors.ts'
import type { Comparison, Run, Verdict, VerdictWord } from '../records/index.ts'
import { countOf } from './figures.ts'
import { causes, type FoundCause, nameOf } from './findings.ts'
import { isNotRun, notJudged, type Scope } from './not-judged.ts'
import { oneLine } from './safe-text.ts'
import { describeTarget } from './target-name.ts'

const MEANING: Readonly<Record<ExitCode, string>> = {
  [EXIT.pass]: 'this deploy may go live',
  [EXIT.fail]: 'this deploy must not go live',
  [EXIT.inconclusive]: 'not enough evidence, so this deploy must not go live yet',
  [EXIT.usage]: 'wrong usage or configuration, nothing was run',
  [EXIT.couldNotRun]: 'infergate could not run, so nothing is known',
  [EXIT.interrupted]: 'no verdict',
  [EXIT.terminated]: 'no verdict',
}

/** What the line tells of a run beside its verdict. */
export type LineContext = Scope & Partial<Pick<Run, 'fingerprint' | 'cut'>>

/** The word that people read first. An interrupted run has none of the three, whatever it had seen before. */
export type LeadingWord = VerdictWord | 'INTERRUPTED'

export const leadingWord = ({ verdict, exitCode }: Verdict): LeadingWord =>
  exitCode === EXIT.interrupted || exitCode === EXIT.terminated ? 'INTERRUPTED' : verdict

/**
 * The last line of every run: the word, what it means for the deploy, the exit code; then the target, what decided with its
 * limit, what was not judged, and where the report lies.
 */
export function verdictLine(verdict: Verdict, context?: LineContext, reportFile?: string): string {
  const { exitCode, state } = verdict
  const word = leadingWord(verdict)
  const open = notJudged(verdict, context)
  return [
    `${word}: ${meaning(verdict, context)} (exit ${exitCode}, run ${state}).`,
    sentence(oneLine(describeTarget(verdict, context?.fingerprint))),
    ...(word === 'PASS'
      ? shown(verdict)
      : word === 'INTERRUPTED'
        ? stopped(verdict, context)
        : against(verdict)),
    ...(open.length > 0 ? [`Not judged: ${open.join('; ')}.`] : []),
    ...(reportFile === undefined ? [] : [`Report: ${reportFile}`]),
  ].join(' ')
}

/** Only a whole gate of a real service answers whether the deploy may go live; nothing less may read as if it did. */
function meaning({ exitCode, target }: Verdict, scope?: Scope): string {
  if (exitCode !== EXIT.pass) return MEANING[exitCode]
  if (target.kind === 'simulator') return 'the built-in simulator; no service of yours was judged'
  const whole = scope === undefined || (scope.command === 'gate' && scope.selection === undefined)
  return whole
    ? MEANING[exitCode]
    : 'what was asked for holds; only a whole `infergate gate` lets a deploy go live'
}

/** A PASS has many figures: the checks that passed, and the limit that was kept by the least. */
function shown({ checks, comparisons }: Verdict): readonly string[] {
  const passed = checks.filter(({ outcome }) => outcome === 'passed').length
  const kept = comparisons.filter(({ outcome, id }) => outcome === 'passed' && id !== 'cold-starts')
  const [closest] = kept.toSorted((a, b) => shareOfLimit(b) - shareOfLimit(a))
  return [
    ...(checks.length > 0 ? [`${passed} of ${countOf(checks.length, 'check')} passed.`] : []),
    ...(closest ? [`Closest to its limit: ${closest.id}, ${sentence(oneLine(closest.reason))}`] : []),
  ]
}

const shareOfLimit = ({ value, limit }: Comparison): number =>
  value !== undefined && limit !== undefined && limit > 0 ? value / limit : 0

function against({ reasons, settledBy }: Verdict): readonly string[] {
  const [first, ...rest] = reasons
  return [
    ...(first === undefined ? [] : [sentence(oneLine(first))]),
    ...(rest.length === 0 ? [] : [`And ${countOf(rest.length, 'more reason')} in the report.`]),
    ...(settledBy === undefined ? [] : [`To settle it: \`${settledBy}\`.`]),
  ]
}

/** What stopped the run, and how much had been found by then. */
function stopped(verdict: Verdict, context?: LineContext): readonly string[] {
  const failed = causes(verdict).filter(({ outcome }) => outcome === 'failed')
  const why = context?.cut?.reason ?? verdict.reasons.at(-1)
  return [
    ...(why === undefined ? [] : [sentence(oneLine(why))]),
    ...(failed.length === 0 ? [] : [`${countOf(failed.length, 'finding')} until then, in the report.`]),
    ...(verdict.settledBy === undefined ? [] : [`For a verdict: \`${verdict.settledBy}\`.`]),
  ]
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Each cause once, worst first: its checks, and where its evidence lies. Those that were not run share one line a reason. */
export function findingLines(verdict: Verdict, reportFile: string): readonly string[] {
  const { yes: notRun = [], no: seen = [] } = Object.groupBy(causes(verdict), (one) =>
    isNotRun(one) ? 'yes' : 'no',
  )
  return [
    ...seen.map((cause) => describeCause(cause, reportFile)),
    ...notRun.map(
      ({ reason, others }) => `INCONCLUSIVE ${countOf(1 + others.length, 'check')}, ${oneLine(reason)}`,
    ),
  ]
}

function describeCause(cause: FoundCause, reportFile: string): string {
  const { id, outcome, required, reason, others } = cause
  const label = outcome === 'failed' ? 'FAILED' : 'INCONCLUSIVE'
  const lines = [
    `${label} ${nameOf(cause)}${required ? '' : ' (advisory)'}: ${oneLine(reason)}`,
    ...(others.length === 0 ? [] : [`    of the same cause: ${others.join(', ')}`]),
    `    evidence: ${reportFile} § ${id}`,
  ]
  return lines.join('\n')
}
