import type { Change, Versus } from '../../../records/index.ts'
import { significant } from '../../figures.ts'
import { quantityOf, signed } from '../../versus-table.ts'
import { html, type Markup } from '../kit/index.ts'
import { scaleOf, ticksOf, WIDTH } from './scale.ts'

const WORDS: Readonly<Record<Change['outcome'], string>> = {
  worse: 'worse',
  kept: 'kept within the margin',
  open: 'open: not enough evidence',
  reported: 'reported, not gated',
}
const ORDER: readonly Change['outcome'][] = ['worse', 'open', 'kept', 'reported']

/** Worst first; of equal outcomes what came closest to its margin. */
export const worstFirst = (changes: readonly Change[]): readonly Change[] =>
  changes.toSorted(
    (a, b) =>
      ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) ||
      b.change / (b.margin ?? 1) - a.change / (a.margin ?? 1),
  )

/** Each metric's change with its interval against the margin, on one axis: a picture of how sure the verdict is. */
export function forest({ changes }: Pick<Versus, 'changes'>): Markup {
  if (changes.length === 0)
    return html`<p>No metric was compared: no start of both runs measured the same one.</p>`
  const range = rangeOf(changes)
  const x = scaleOf(range)
  return html`<figure class="forest">
<figcaption>Change from baseline to candidate, + is worse. The dot is the change, the line its 95 % interval, the dashed line the margin; what lies beyond the margin is shaded. The upright bar is what the worsening is shown to stay below, at the risk that may be spent on it: a metric is kept where the bar is within the margin. A line that reaches an end of the picture goes on beyond it.</figcaption>
${worstFirst(changes).map((change) => rowOf(change, range, x))}
<div class="forest-row axis" aria-hidden="true"><span></span><div class="ticks">${ticksOf(range)
    .filter((tick) => Math.abs(x(tick) / WIDTH - 0.5) < 0.44)
    .map(
      (tick) => html`<span style="left:${(100 * x(tick)) / WIDTH}%">${signed(tick)}</span>`,
    )}</div><span></span></div>
</figure>`
}

/** An interval that is far wider than the rest goes on beyond the picture, or it would press the others together. */
function rangeOf(changes: readonly Change[]): readonly [number, number] {
  const near = Math.max(
    0.01,
    ...changes.flatMap(({ change, margin = 0 }) => [Math.abs(change), 1.3 * margin]),
  )
  const low = Math.min(-0.3 * near, ...changes.map(({ low, change }) => low ?? change))
  const high = Math.max(1.2 * near, ...changes.map(({ high, change }) => high ?? change))
  return [Math.max(low, -3 * near) - 0.1 * near, Math.min(high, 3 * near) + 0.1 * near]
}

function rowOf(change: Change, [from, to]: readonly [number, number], x: (share: number) => number): Markup {
  const { metric, baseline, candidate, low, high, upper, margin, outcome, p } = change
  const within = (share: number) => x(Math.min(to, Math.max(from, share)))
  const interval = low === undefined || high === undefined ? undefined : ([low, high] as const)
  return html`<div class="forest-row is-${outcome}">
<div><strong>${metric}</strong> <span class="said said-${outcome}">${WORDS[outcome]}</span><br><span class="soft">${quantityOf(metric, baseline)} → ${quantityOf(metric, candidate)}</span></div>
<svg viewBox="0 0 ${WIDTH} 30" preserveAspectRatio="none" aria-hidden="true">
${margin !== undefined && html`<rect class="beyond" x="${within(margin)}" y="0" width="${WIDTH - within(margin)}" height="30"></rect><line class="margin" x1="${within(margin)}" x2="${within(margin)}" y1="0" y2="30"></line>`}
<line class="zero" x1="${within(0)}" x2="${within(0)}" y1="0" y2="30"></line>
${interval && html`<line class="interval" x1="${within(interval[0])}" x2="${within(interval[1])}" y1="15" y2="15"></line>`}
${upper !== undefined && html`<line class="interval" x1="${within(upper)}" x2="${within(upper)}" y1="6" y2="24"></line>`}
<line class="dot" x1="${within(change.change)}" x2="${within(change.change)}" y1="15" y2="15"></line>
</svg>
<div class="figures"><strong>${signed(change.change)}</strong> ${
    interval ? `(${signed(interval[0])} to ${signed(interval[1])})` : '(one start: no interval)'
  }<br><span class="soft">${margin === undefined ? 'no margin' : `margin ${signed(margin)}`}${p !== undefined && `, ${pOf(p)}`}${upper !== undefined && html`<br>shown to stay below ${signed(upper)}`}</span></div>
</div>`
}

/** `p = 0.03`, `p < 0.001` */
export const pOf = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${significant(p)}`)
