import type { Check } from '../../../records/index.ts'
import { countOf, formatRate } from '../../figures.ts'
import type { Report } from '../../reporter.ts'
import { type Content, html, type Markup } from '../kit/index.ts'
import { checkAddress } from './linked.ts'

/** How often what decided was seen, and where its bytes are; nothing where no check decided. */
export function howSure({ verdict: { findings, checks } }: Report): Content {
  const worst = findings.find(({ outcome, required }) => outcome === 'failed' && required)
  const shown = (worst?.checks ?? []).flatMap((id) => checks.find((check) => check.id === id) ?? [])
  const [first] = shown
  if (!first) return undefined
  return html`<h2>How sure</h2><p>${shown.length === 1 ? 'One check shows the first reason.' : `${shown.length} checks show the first reason, each with requests of its own.`}${seen(first)} A failed check keeps what it blames: ${bytesOf(first)}.</p>`
}

function seen({ cases = [], observed }: Check): string {
  const failed = cases.filter(({ outcome }) => outcome === 'failed').length
  return [
    ...(failed > 0 ? [` ${failed} of its ${countOf(cases.length, 'case')} failed.`] : []),
    ...(observed
      ? [
          ` It made ${countOf(observed.n, 'observation')}, which find a violation rate of ${formatRate(observed.findsRate)} or more with 95 % probability.`,
        ]
      : []),
  ].join('')
}

const bytesOf = ({ id, evidence = [] }: Check): Markup =>
  html`<a href="${checkAddress(id)}">${countOf(evidence.length, 'exchange')}, each with its bytes, its times and a curl that repeats it without infergate</a>`
