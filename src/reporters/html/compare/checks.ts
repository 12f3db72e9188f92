import type { Check, CheckOutcome } from '../../../records/index.ts'
import { countOf } from '../../figures.ts'
import { clipped, html, type Markup, table } from '../kit/index.ts'
import { type CompareView, sidesOf } from './view.ts'

const WORST: readonly (CheckOutcome | undefined)[] = [
  'failed',
  'inconclusive',
  'not-applicable',
  undefined,
  'passed',
]
const REASON_CHARACTERS = 600

type Pair = { readonly baseline?: Check; readonly candidate?: Check }

/** Checks whose outcome is another one in the candidate, the worst first; undefined where a run's checks are not known. */
function changedPairs({ baseline, candidate }: CompareView) {
  if (!baseline.run || !candidate.run) return undefined
  const pairs = pairsOf(baseline.run.checks, candidate.run.checks)
  const changed = pairs
    .filter((pair) => pair.baseline?.outcome !== pair.candidate?.outcome)
    .toSorted((a, b) => placeOf(a) - placeOf(b))
  return { changed, all: pairs.length }
}

/** In a sentence, for who has not opened the list: what a comparison of speed does not judge. */
export function changedInShort(view: CompareView): string | undefined {
  const { changed = [] } = changedPairs(view) ?? {}
  if (changed.length === 0) return undefined
  const failing = changed.filter(({ candidate }) => candidate?.outcome === 'failed').length
  return `${countOf(changed.length, 'check')} with another outcome, ${failing} of them failed in the candidate; a comparison judges speed and failed requests, not checks.`
}

export function changedChecks(view: CompareView): Markup {
  const pairs = changedPairs(view)
  if (!pairs) {
    const gone = sidesOf(view).flatMap(([name, { run }]) => (run ? [] : [name]))
    return html`<p>Not known, because the folder of the ${gone.join(' and of the ')} is gone: the history keeps the figures of a run, not its checks.</p>`
  }
  const { changed, all } = pairs
  if (all === 0) return html`<p>Neither run asked a check.</p>`
  if (changed.length === 0)
    return html`<p>None: each of ${countOf(all, 'check')} had the same outcome in both runs.</p>`
  return html`<p>${countOf(changed.length, 'check')} changed; ${all - changed.length} had the same outcome in both runs.</p>
${table(
  'Checks with another outcome, the worst first',
  [
    { title: 'check' },
    { title: 'baseline' },
    { title: 'candidate' },
    { title: 'reason, or what it promises' },
  ],
  changed.map(rowOf),
)}`
}

function pairsOf(baseline: readonly Check[], candidate: readonly Check[]): readonly Pair[] {
  const [before, after] = [byId(baseline), byId(candidate)]
  return [...new Set([...after.keys(), ...before.keys()])].map((id) => {
    const [one, other] = [before.get(id), after.get(id)]
    return { ...(one && { baseline: one }), ...(other && { candidate: other }) }
  })
}

const byId = (checks: readonly Check[]): ReadonlyMap<string, Check> =>
  new Map(checks.map((check) => [check.id, check]))

const placeOf = ({ candidate }: Pair): number => WORST.indexOf(candidate?.outcome)

function rowOf({ baseline, candidate }: Pair) {
  const check = candidate ?? baseline
  const reason = candidate?.reason ?? (candidate?.outcome === 'passed' ? baseline?.reason : undefined)
  return [
    html`<code>${check?.id}</code>`,
    wordOf(baseline?.outcome),
    wordOf(candidate?.outcome),
    clipped(
      reason === undefined ? (check?.says ?? '') : candidate?.reason ? reason : `before: ${reason}`,
      REASON_CHARACTERS,
    ),
  ]
}

const wordOf = (outcome: CheckOutcome | undefined): Markup =>
  html`<span class="said said-${outcome ?? 'absent'}">${outcome ?? 'not asked'}</span>`
