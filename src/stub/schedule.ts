import { createRandom } from '../random.ts'
import type { Asked } from './asked.ts'
import type { StubPlan } from './options.ts'
import { readSpread } from './spread.ts'

/**
 * What one answer writes, decided before its first byte. Flat lists, since some hundred answers at a time would be so many small
 * objects that collecting them makes the stub late.
 */
export type AnswerPlan = {
  /** Of every content event: milliseconds from the start to its write. */
  readonly dueMs: readonly number[]
  /** Of every content event: its tokens. */
  readonly sizes: readonly number[]
  /** Events that go out in one write; fewer in the last one. */
  readonly perWrite: number
  readonly tokens: number
  readonly finishReason: 'stop' | 'length'
}

/** Plans answers: number `place` of a stub and its seed is always the same. */
export function createPlanner(plan: StubPlan): (asked: Asked, place: number) => AnswerPlan {
  const [ttftMs, gapMs, tokensPerEvent] = [
    readSpread(String(plan.ttftMs), '--ttft-ms'),
    readSpread(String(plan.gapMs), '--gap-ms'),
    readSpread(String(plan.tokensPerEvent), '--tokens-per-event'),
  ]
  return (asked, place) => {
    const random = createRandom(`${plan.seed}/${place}`)
    const { tokens, finishReason } = lengthOf(asked, plan)
    const dueMs: number[] = []
    const sizes: number[] = []
    let atMs = ttftMs(place, random)
    for (let left = tokens; left > 0; left -= sizes.at(-1) as number) {
      if (sizes.length > 0) atMs += gapMs(sizes.length - 1, random)
      dueMs.push(atMs)
      sizes.push(Math.min(left, Math.max(1, Math.floor(tokensPerEvent(sizes.length, random)))))
    }
    // The last token is where it would be without the fault.
    if (plan.oneEvent) return { dueMs: dueMs.slice(-1), sizes: [tokens], perWrite: 1, tokens, finishReason }
    const perWrite = plan.buffered ? sizes.length : plan.merge
    if (perWrite > 1) delay(dueMs, perWrite)
    return { dueMs, sizes, perWrite, tokens, finishReason }
  }
}

/** Each event waits for the last one of its write. */
function delay(dueMs: number[], perWrite: number): void {
  for (let index = dueMs.length - 2; index >= 0; index--)
    if ((index + 1) % perWrite !== 0) dueMs[index] = dueMs[index + 1] as number
}

function lengthOf(asked: Asked, plan: StubPlan): Pick<AnswerPlan, 'tokens' | 'finishReason'> {
  const most = asked.maxTokens ?? plan.tokens
  if (plan.oneToken) return { tokens: 1, finishReason: 'stop' }
  const own = asked.ignoresEos ? Infinity : Math.max(asked.minTokens, plan.endsAfter ?? Infinity)
  return own < most ? { tokens: own, finishReason: 'stop' } : { tokens: most, finishReason: 'length' }
}
