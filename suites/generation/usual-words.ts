import { type CheckTools, type Completed, quote } from '#infergate'

/** Every check understands the usual other words; clients that compare the finish reason do not. */
export function endsInUsualWords(verify: CheckTools['verify'], answer: Completed): void {
  const said = answer.reported.finishReason
  verify(
    said === undefined,
    `the finish reason is ${quote(said ?? '')}, where the contract says ${quote(answer.finishReason)}: clients that compare it take the answer as unfinished`,
    answer,
  )
}
