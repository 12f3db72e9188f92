import { inCommon } from '../checks/index.ts'
import type { Evidence } from '../records/index.ts'
import { failureOf, saysMore } from './failure-kinds.ts'
import { failureWords } from './sign.ts'

const MOST_CHARACTERS = 160

/** What two runs with the same failure have in common: no id, no time and no number in it but a status. */
export function titleOf({
  check,
  reason,
  sign,
  evidence,
}: {
  readonly check: string
  readonly reason: string
  /** What an answer must show; absent where no exchange does. */
  readonly sign?: string
  readonly evidence?: Evidence
}): string {
  const failure = evidence && failureOf(evidence)
  if (evidence && failure && (sign === undefined || sign === failureWords(evidence)))
    return cut(failureTitle(evidence, failure))
  // Which check of one cause comes first may change from run to run.
  return cut(sign ?? `${check}: ${inCommon(reason, evidence?.request.body ?? '')}`)
}

function failureTitle(
  { request, response }: Evidence,
  { kind, message }: NonNullable<ReturnType<typeof failureOf>>,
): string {
  const status = response ? `HTTP ${response.status}, ` : ''
  if (!saysMore(kind)) return `${status}${kind}`
  return `${status}${kind}: ${inCommon(message.replace(/^HTTP \d+:? ?/, ''), request.body ?? '')}`
}

const cut = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`
