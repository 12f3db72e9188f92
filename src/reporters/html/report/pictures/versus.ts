import type { Change } from '../../../../records/index.ts'
import type { Report } from '../../../reporter.ts'
import { describeVersus, signed, versusRemarks, versusTable } from '../../../versus-table.ts'
import { html, intervals, type Markup, table } from '../../kit/index.ts'

const TONES = { worse: 'bad', kept: 'good', open: 'open', reported: 'open' } as const

/** What the run was held against: each change with its interval against its margin; nothing where it was held against none. */
export function versus({ verdict: { versus: held } }: Report): Markup | undefined {
  const compared = versusTable({ ...(held && { versus: held }) })
  if (!held || !compared) return undefined
  const all = table(
    'Against the baseline',
    compared.head.map((title, index) => ({
      title,
      ...(index > 0 && index < 4 && { isNumber: true as const }),
    })),
    compared.rows,
  )
  const worse = held.changes.filter(({ outcome }) => outcome === 'worse').length
  return html`<section><h2>Against the baseline</h2><p>${describeVersus(held)}.</p>
${
  held.changes.length === 0
    ? all
    : intervals(
        {
          id: 'versus',
          title: 'Change of each metric, with its 95 % interval',
          says: `${worse} of ${held.changes.length} metrics are worse beyond their margin.`,
          axis: 'Change against the baseline, + is worse. The line at 0 is no change, the dashed line the margin.',
          show: signed,
        },
        held.changes.map((one) => ({
          label: one.metric,
          value: one.change,
          ...(one.low !== undefined && { low: one.low }),
          ...(one.high !== undefined && { high: one.high }),
          ...(one.margin !== undefined && { limit: one.margin }),
          tone: TONES[one.outcome],
          text: textOf(one),
        })),
        all,
      )
}
${versusRemarks(held).map((remark) => html`<p class="soft">${remark}</p>`)}</section>`
}

const WORDS = { worse: '✗ worse', kept: '✓ kept', open: '? open', reported: '– reported' } as const
const textOf = ({ change, outcome }: Change): string => `${signed(change)} ${WORDS[outcome]}`
