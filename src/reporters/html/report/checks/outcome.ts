import type { CheckOutcome } from '../../../../records/index.ts'
import { isNotRun } from '../../../not-judged.ts'
import { html, type Markup } from '../../kit/index.ts'

/** An outcome as people tell them apart: what was not begun is no open question of the service. */
export type Kind = CheckOutcome | 'not-run'

/** Worst first. */
export const KINDS: readonly Kind[] = ['failed', 'inconclusive', 'not-run', 'not-applicable', 'passed']

export const kindOf = (item: { readonly outcome: CheckOutcome; readonly reason?: string }): Kind =>
  isNotRun(item) ? 'not-run' : item.outcome

const SIGNS: Readonly<Record<Kind, string>> = {
  ...{ failed: '✗', inconclusive: '?', 'not-run': '·', 'not-applicable': '–', passed: '✓' },
}

export const wordOf = (kind: Kind): string => kind.replaceAll('-', ' ')

/** A sign, the word and a colour: none of them alone says it. */
export const outcomeMark = (kind: Kind): Markup =>
  html`<span class="outcome ${kind}"><span aria-hidden="true">${SIGNS[kind]}</span> ${wordOf(kind)}</span>`
