import type { ExitCode } from '../errors.ts'
import { EXIT } from '../errors.ts'
import type { Run, Verdict } from '../records/index.ts'
import { countOf } from './figures.ts'
import { worstFirst } from './findings.ts'
import { oneLine } from './safe-text.ts'

const MEANING: Readonly<Record<ExitCode, string>> = {
  [EXIT.pass]: 'this deploy may go live',
  [EXIT.fail]: 'this deploy must not go live',
  [EXIT.inconclusive]: 'not enough evidence, so this deploy must not go live yet',
  [EXIT.usage]: 'wrong usage or configuration, nothing was run',
  [EXIT.couldNotRun]: 'infergate could not run, so nothing is known',
  [EXIT.interrupted]: 'interrupted, so this run decides nothing',
  [EXIT.terminated]: 'terminated, so this run decides nothing',
}

/** What of a run says how much was asked for. */
export type Scope = Pick<Run, 'command' | 'selection'>

/** The last line of every run: the word, what it means for the deploy, the exit code, and what decided. */
export function verdictLine(verdict: Verdict, scope?: Scope): string {
  const { verdict: word, exitCode, state } = verdict
  return `${word}: ${meaning(verdict, scope)} (exit ${exitCode}, run ${state}). ${because(verdict)}`
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

/** Reasons shown in the line; a PASS has been constructed from several, one alone would prove little. */
const SHOWN = { PASS: 3, FAIL: 1, INCONCLUSIVE: 1 } as const

function because({ reasons, verdict }: Verdict): string {
  const shown = reasons.slice(0, SHOWN[verdict])
  const rest = reasons.length - shown.length
  const more = rest === 0 || verdict === 'PASS' ? '' : ` And ${countOf(rest, 'more reason')} in the report.`
  return `${shown.map((reason) => sentence(oneLine(reason))).join(' ')}${more}`
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Every check that did not hold, worst first, with where its evidence lies; those that were not run share one line a reason. */
export function findingLines(verdict: Verdict, evidenceFile: string): readonly string[] {
  const found = worstFirst(verdict)
  const shown = found.filter(({ reason }) => !isNotRun(reason))
  const notRun = Map.groupBy(
    found.filter(({ reason }) => isNotRun(reason)),
    ({ reason }) => reason,
  )
  return [
    ...shown.map(({ id, outcome, required, reason }) => {
      const label = outcome === 'failed' ? 'FAILED' : 'INCONCLUSIVE'
      return `${label} ${id}${required ? '' : ' (advisory)'}: ${oneLine(reason)}\n    evidence: ${evidenceFile} § ${id}`
    }),
    ...[...notRun].map(
      ([reason, items]) => `INCONCLUSIVE ${countOf(items.length, 'check')}, ${oneLine(reason)}`,
    ),
  ]
}

const isNotRun = (reason: string): boolean => reason.startsWith('not run')
