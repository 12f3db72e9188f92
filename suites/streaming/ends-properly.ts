import { type CheckTools, type Completed, type Generation, good } from '#infergate'

/**
 * A good stream, with one finish reason and nothing behind its end marker. A stream without an end, one with an error event
 * and an answer that is no stream have failed before: the client takes none of them for an answer.
 */
export function endsProperly(verify: CheckTools['verify'], generation: Generation, what: string): Completed {
  const answer = good(generation, what)
  const { finishReasons = 0, eventsAfterDone = 0 } = answer.stream ?? {}
  holdsText(verify, answer)
  verify(finishReasons === 1, `the stream carries ${finishReasons} finish reasons`, answer)
  verify(eventsAfterDone === 0, `${eventsAfterDone} events come after the end marker`, answer)
  return answer
}

/** Each delta is Unicode text by itself: a client that passes it on would lose half a character for good. */
export function holdsText(verify: CheckTools['verify'], answer: Completed): void {
  const broken = answer.stream?.brokenDeltas ?? 0
  verify(
    broken === 0,
    `${broken} deltas are no Unicode text by themselves: a character is cut in two, and one surrogate of it stands alone`,
    answer,
  )
}
