import type { ExitCode } from '../errors.ts'
import { EXIT } from '../errors.ts'
import type { Verdict } from '../records/index.ts'
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

/** The last line of every run: the word, what it means for the deploy, the exit code, and what decided. */
export function verdictLine(verdict: Verdict): string {
  const partial = verdict.partial ? '; the report is partial' : ''
  return `${verdict.verdict}: ${MEANING[verdict.exitCode]} (exit ${verdict.exitCode}${partial}). ${because(verdict)}`
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

/** Every check that did not hold, worst first, with where its evidence lies. */
export const findingLines = (verdict: Verdict, evidenceFile: string): readonly string[] =>
  worstFirst(verdict).map(({ id, outcome, required, reason }) => {
    const label = outcome === 'failed' ? 'FAILED' : 'INCONCLUSIVE'
    return `${label} ${id}${required ? '' : ' (advisory)'}: ${oneLine(reason)}\n    evidence: ${evidenceFile} § ${id}`
  })
