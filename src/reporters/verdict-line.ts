import type { ExitCode } from '../errors.ts'
import { EXIT } from '../errors.ts'
import type { Comparison, Run, Verdict, VerdictWord } from '../records/index.ts'
import { countOf } from './figures.ts'
import { causes } from './findings.ts'
import { notJudged, type Scope } from './not-judged.ts'
import { oneLine } from './safe-text.ts'
import { describeTarget } from './target-name.ts'
import { describeThrottle } from './throttle.ts'
import { closestChange, signed, storedName } from './versus-table.ts'

const MEANING: Readonly<Record<ExitCode, string>> = {
  [EXIT.pass]: 'this deploy may go live',
  [EXIT.fail]: 'this deploy must not go live',
  [EXIT.inconclusive]: 'not enough evidence, so this deploy must not go live yet',
  [EXIT.usage]: 'wrong usage or configuration, nothing was run',
  [EXIT.couldNotRun]: 'infergate could not run, so nothing is known',
  [EXIT.rolledBack]: 'the old version is live again',
  [EXIT.notRolledBack]: 'the roll-back failed',
  [EXIT.interrupted]: 'no verdict',
  [EXIT.terminated]: 'no verdict',
}

/** The service of a watch is live already. */
const OF_A_WATCH: Readonly<Partial<Record<ExitCode, string>>> = {
  [EXIT.pass]: 'nothing was shown to be wrong while it was watched',
  [EXIT.fail]: 'the service is broken',
  [EXIT.inconclusive]: 'not enough was seen to say that the service works',
}

/** What the line tells of a run beside its verdict. */
export type LineContext = Scope &
  Partial<Pick<Run, 'fingerprint' | 'cut' | 'boots' | 'wakeUps' | 'unwoken' | 'durationMs'>>

/** The word that people read first. An interrupted run has none of the three, whatever it had seen before. */
export type LeadingWord = VerdictWord | 'INTERRUPTED'

export const leadingWord = ({ verdict, exitCode }: Verdict): LeadingWord =>
  exitCode === EXIT.interrupted || exitCode === EXIT.terminated ? 'INTERRUPTED' : verdict

/** What a verdict says, part by part, each of whole sentences: one line for a terminal, the head of a page. */
export type VerdictParts = {
  readonly word: LeadingWord
  /** What the word means for the deploy. */
  readonly meaning: string
  readonly target: string
  /** What it was held against. */
  readonly held: readonly string[]
  /** The figure that decided, with its limit. */
  readonly decided: readonly string[]
  /** What to do next. */
  readonly next: readonly string[]
  readonly throttle: readonly string[]
  readonly notJudged: readonly string[]
}

/** No sentence is longer than `limit` characters. */
export function verdictParts(verdict: Verdict, context?: LineContext, limit = 300): VerdictParts {
  const word = leadingWord(verdict)
  return {
    word,
    meaning: meaning(verdict, context),
    target: oneLine(describeTarget(verdict, context?.fingerprint)),
    held: held(verdict),
    ...(word === 'PASS'
      ? { decided: shown(verdict, limit), next: [] }
      : word === 'INTERRUPTED'
        ? stopped(verdict, context)
        : context?.command === 'watch'
          ? { decided: verdict.reasons.map((one) => sentence(oneLine(one, limit))), next: [] }
          : against(verdict, limit)),
    throttle: verdict.throttle ? [capitalized(sentence(describeThrottle(verdict.throttle)))] : [],
    notJudged: notJudged(verdict, context),
  }
}

/**
 * The last line of every run: the word, what it means for the deploy, the exit code; then the target, what decided with its
 * limit, what was not judged, and where the report lies.
 */
export function verdictLine(verdict: Verdict, context?: LineContext, reportFile?: string): string {
  const parts = verdictParts(verdict, context)
  return [
    `${parts.word}: ${parts.meaning} (exit ${verdict.exitCode}, run ${verdict.state}).`,
    sentence(parts.target),
    ...parts.held,
    ...parts.decided,
    ...parts.next,
    ...parts.throttle,
    ...(parts.notJudged.length > 0 ? [`Not judged: ${parts.notJudged.join('; ')}.`] : []),
    ...(reportFile === undefined ? [] : [`Report: ${reportFile}`]),
  ].join(' ')
}

/** What the run was held against; of one that kept all, the metric that came closest to its margin. */
function held({ versus, verdict }: Verdict): readonly string[] {
  if (!versus) return []
  const { mode, allowed = [] } = versus
  const what = mode === 'stored' ? storedName(versus) : `${versus.baseline}, side by side`
  const unlike = allowed.length > 0 ? `, though unlike: ${oneLine(allowed.join('; '))}` : ''
  const closest = verdict === 'PASS' ? closestChange(versus) : undefined
  const figure =
    closest?.margin === undefined
      ? ''
      : `; closest to its margin: ${closest.metric} ${signed(closest.change)} (at most ${signed(closest.margin)})`
  return [`Held against ${what}${unlike}${figure}.`]
}

/** Only a whole gate of a real service answers whether the deploy may go live; nothing less may read as if it did. */
function meaning({ exitCode, target }: Verdict, scope?: Scope): string {
  const watched = scope?.command === 'watch' ? OF_A_WATCH[exitCode] : undefined
  if (watched !== undefined) return watched
  if (exitCode !== EXIT.pass) return MEANING[exitCode]
  if (target.kind === 'simulator') return 'the built-in simulator; no service of yours was judged'
  const whole = scope === undefined || (scope.command === 'gate' && scope.selection === undefined)
  return whole
    ? MEANING[exitCode]
    : 'what was asked for holds; only a whole `infergate gate` lets a deploy go live'
}

/** A PASS has many figures: the checks that passed, and the limit that was kept by the least. */
function shown({ checks, comparisons }: Verdict, limit: number): readonly string[] {
  const passed = checks.filter(({ outcome }) => outcome === 'passed').length
  const isLimit = ({ id }: Comparison) => id !== 'cold-starts' && !id.startsWith('regression.')
  const kept = comparisons.filter((one) => one.outcome === 'passed' && isLimit(one))
  const [closest] = kept.toSorted((a, b) => shareOfLimit(b) - shareOfLimit(a))
  return [
    ...(checks.length > 0 ? [`${passed} of ${countOf(checks.length, 'check')} passed.`] : []),
    ...(closest ? [`Closest to its limit: ${closest.id}, ${sentence(oneLine(closest.reason, limit))}`] : []),
  ]
}

const shareOfLimit = ({ value, limit }: Comparison): number =>
  value !== undefined && limit !== undefined && limit > 0 ? value / limit : 0

type Decided = Pick<VerdictParts, 'decided' | 'next'>

function against({ reasons, settledBy }: Verdict, limit: number): Decided {
  const [first, ...rest] = reasons
  return {
    decided: first === undefined ? [] : [sentence(oneLine(first, limit))],
    next: [
      ...(rest.length === 0 ? [] : [`And ${countOf(rest.length, 'more reason')} in the report.`]),
      ...(settledBy === undefined ? [] : [`To settle it: \`${settledBy}\`.`]),
    ],
  }
}

/** What stopped the run, and how much had been found by then. */
function stopped(verdict: Verdict, context?: LineContext): Decided {
  const failed = causes(verdict).filter(({ outcome }) => outcome === 'failed')
  const why = context?.cut?.reason ?? verdict.reasons.at(-1)
  return {
    decided: [
      ...(why === undefined ? [] : [sentence(oneLine(why))]),
      ...(failed.length === 0 ? [] : [`${countOf(failed.length, 'finding')} until then, in the report.`]),
    ],
    next: verdict.settledBy === undefined ? [] : [`For a verdict: \`${verdict.settledBy}\`.`],
  }
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)
