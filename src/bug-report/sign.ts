import { inCommon } from '../checks/index.ts'
import type { Dialect } from '../client/index.ts'
import { describeFailure, quote, RUNS_ON } from '../promises/index.ts'
import type { Check, Evidence, FailureKind, Generation, Reply, SignKind, Timing } from '../records/index.ts'
import { type AnswerText, answerText } from './answer-text.ts'
import { CONSTRAINT_FIELDS, constraintOf } from './constraint-of.ts'
import { failureOf, saysMore } from './failure-kinds.ts'
import { fieldsOf } from './requests.ts'
import { violationOf } from './violation.ts'

type Answer = Generation | Reply

/** What an answer must show to be the same failure. It was seen in the recorded exchange first: what is not there proves nothing later. */
export type Sign = {
  readonly by: Exclude<SignKind, 'check'>
  readonly says: string
  /** Of a failure: its kind. */
  readonly failure?: FailureKind
  /** Fields without which it would mean something else. */
  readonly keeps: readonly string[]
  readonly keepsLength: boolean
  isIn(answer: Answer): boolean | Promise<boolean>
  /** The same of the body alone, as any other client receives it; absent where that does not tell. */
  isInBody?(body: string, sentBody: string | undefined): Promise<boolean>
}

/** The exchange that a check blames, with the sign that tells it again; the exchange alone where only the check itself can tell. */
export async function findSign(
  { evidence = [], reason = '', cause = '' }: Check,
  dialect: Dialect,
): Promise<{ readonly evidence?: Evidence; readonly sign?: Sign }> {
  const blamed = evidence.find((one) => {
    const failure = failureOf(one)
    return failure !== undefined && `${reason} ${cause}`.includes(failure.kind)
  })
  if (blamed) return { evidence: blamed, sign: failureSign(blamed) }
  for (const one of evidence) {
    const sign = (await constraintSign(one, cause, dialect)) ?? arrivalSign(one)
    if (sign) return { evidence: one, sign }
  }
  const [first] = evidence
  return first ? { evidence: first } : {}
}

/** The words that a service says whatever was sent, without ids and numbers. */
export function failureWords({ request, response, outcome }: Evidence): string | undefined {
  const failure = failureOf({ outcome })
  if (!failure) return undefined
  const status = response ? ` (HTTP ${response.status})` : ''
  if (!saysMore(failure.kind)) return `${failure.kind}${failure.kind === 'timeout' ? '' : status}`
  return inCommon(`${failure.kind}${status}: ${quote(failure.message, 300)}`, request.body ?? '')
}

function failureSign(evidence: Evidence): Sign {
  const words = failureWords(evidence) ?? ''
  const { kind } = failureOf(evidence) ?? { kind: 'aborted' }
  return {
    ...{ by: 'failure', says: words, failure: kind, keeps: ['stream'], keepsLength: false },
    isIn: (answer) => wordsOf(answer) === words,
  }
}

function wordsOf(answer: Answer): string | undefined {
  if (answer.outcome !== 'failed') return undefined
  const { failure, status } = answer
  if (saysMore(failure)) return inCommon(describeFailure(answer), answer.sent.body ?? '')
  return `${failure}${status === undefined || failure === 'timeout' ? '' : ` (HTTP ${status})`}`
}

async function constraintSign(
  { request, response, outcome }: Evidence,
  cause: string,
  dialect: Dialect,
): Promise<Sign | undefined> {
  const constraint = constraintOf(fieldsOf(request))
  if (!constraint || !response || failureOf({ outcome })) return undefined
  const operation = request.url.includes('chat') ? 'chat' : 'generate'
  const said = answerText(response, dialect, operation)
  // A body that runs on is too long to be kept whole: then the check's own judgement tells.
  const violation = said
    ? await violationOf(constraint, said)
    : cause === RUNS_ON
      ? 'white space to its limit'
      : undefined
  if (violation === undefined) return undefined
  /** The constraint of what was sent counts: a smaller request may have a smaller one. */
  const breaks = async (sentBody: string | undefined, text: AnswerText | undefined) => {
    const own = constraintOf(fieldsOf(sentBody === undefined ? {} : { body: sentBody }))
    return own !== undefined && text !== undefined && (await violationOf(own, text)) === violation
  }
  return {
    by: 'constraint',
    says: `the answer to a request with a constraint (${constraint.kind}) is ${violation}`,
    keeps: CONSTRAINT_FIELDS,
    keepsLength: violation === 'white space to its limit' || violation === 'cut JSON',
    isIn: (answer) =>
      answer.outcome === 'completed' && 'finishReason' in answer && breaks(answer.sent.body, answer),
    isInBody: (body, sentBody) =>
      breaks(sentBody, answerText({ body, bodyBytes: Buffer.byteLength(body) }, dialect, operation)),
  }
}

/** Fewer pieces than this do not show when each came. */
const LEAST_PIECES = 20
const LEAST_READS = 5
const LATE_SHARE = 0.8

function arrivalSign({ request, timing, outcome }: Evidence): Sign | undefined {
  if (fieldsOf(request)?.['stream'] !== true || failureOf({ outcome }) || !cameTogether(timing))
    return undefined
  return {
    by: 'arrival',
    says: `the events of a stream arrive in fewer than ${LEAST_READS} reads, or the first one only after ${LATE_SHARE * 100} % of its time`,
    // Of a shorter answer nobody could tell.
    ...{ keeps: ['stream', 'ignore_eos', 'min_tokens'], keepsLength: true },
    isIn: ({ outcome, timing }) => outcome === 'completed' && cameTogether(timing),
  }
}

const cameTogether = ({ chunkAtMs, reads, ttftMs = 0, e2eMs }: Timing): boolean =>
  chunkAtMs.length >= LEAST_PIECES && (reads < LEAST_READS || ttftMs > LATE_SHARE * e2eMs)
