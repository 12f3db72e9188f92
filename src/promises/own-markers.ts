import type { Completed } from '../records/index.ts'
import type { CheckTools } from './definition.ts'
import { quote } from './quote.ts'

export type Marked = { readonly marker: string; readonly answer: Completed }

/**
 * How often a request whose answer lacked its marker in a crowd gives it back when it is asked alone. Of a healthy service: whether a
 * model repeats a marker is the same each time but for a batch that turned a text, at a chance of 5 % a token, far above what was seen,
 * 34 % of texts of eight tokens. Of one that loses what requests ask for: as often as its model repeats a marker at all.
 */
const [HEALTHY, BROKEN] = [0.34, 0.85] as const

/** Wald's sequential test between the two, as in alike.ts: a healthy service fails in at most 10⁻⁴. */
const [FAILS_AT, PASSES_AT] = [Math.log(1e-4), Math.log(1 / 0.04)] as const
const EVIDENCE = { held: Math.log(HEALTHY / BROKEN), missing: Math.log((1 - HEALTHY) / (1 - BROKEN)) }

/** What requests asked alone say of those that lost their marker in a crowd; undefined as long as the next is needed. */
export function weighLost(holdAlone: readonly boolean[]): 'lost' | 'never held' | undefined {
  const sum = holdAlone.reduce((total, held) => total + EVIDENCE[held ? 'held' : 'missing'], 0)
  if (sum <= FAILS_AT) return 'lost'
  return sum >= PASSES_AT ? 'never held' : undefined
}

/** So many have to lose their marker before it can be told. */
const LEAST_LOST = Math.ceil(FAILS_AT / EVIDENCE.held)

/**
 * Breaks the promise where answers in a crowd lack the marker that their requests asked for, and those requests give it back when asked
 * one by one: the crowd lost it. Of a model that repeats no markers this tells nothing.
 */
export async function verifyOwnMarkers(
  { verify }: Pick<CheckTools, 'verify'>,
  crowd: readonly Marked[],
  askAlone: (lost: Marked) => Promise<Completed>,
): Promise<void> {
  const lost = crowd.filter(({ marker, answer }) => !answer.text.includes(marker))
  if (lost.length < LEAST_LOST) return
  const holdAlone: boolean[] = []
  for (const one of lost) {
    holdAlone.push((await askAlone(one)).text.includes(one.marker))
    const verdict = weighLost(holdAlone)
    if (verdict === 'never held') return
    if (verdict === undefined) continue
    const [first] = lost
    verify(
      false,
      `${lost.length} of ${crowd.length} answers lack the marker that their request asked for, the first ${quote(first?.marker ?? '')}: ` +
        `${quote(first?.answer.text ?? '')}; ${holdAlone.filter(Boolean).length} of ${holdAlone.length} of the same requests, ` +
        'asked one by one, give it back',
      ...lost.slice(0, 3).map(({ answer }) => answer),
    )
  }
}
