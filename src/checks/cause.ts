import { describeFailure, RUNS_ON, runsOn } from '../promises/index.ts'
import type {
  Caused,
  Exchange,
  Failed,
  FailureKind,
  Generation,
  GenerationRequest,
  Operation,
  Reply,
  RequestTrait,
} from '../records/index.ts'
import type { Recorded, Symptom } from './evidence.ts'

const SILENT: readonly FailureKind[] = ['timeout', 'aborted']

/** What was asked, as far as it may be why it failed. */
export function traitsOf(asked: GenerationRequest | Operation | undefined): readonly RequestTrait[] {
  if (asked === 'health' || asked === 'models' || asked === 'metrics') return [asked]
  if (asked === undefined || typeof asked === 'string') return ['hand-made']
  const traits: readonly (RequestTrait | false)[] = [
    asked.route === 'chat' && 'chat',
    asked.constraint !== undefined && 'constrained',
    asked.stream === true && 'streamed',
    asked.wire !== undefined && 'hand-made',
  ]
  return traits.filter((trait) => trait !== false)
}

/** `redact` takes secrets out of what the service said. */
export function symptomOf(
  answer: Generation | Reply,
  traits: readonly RequestTrait[],
  redact: (text: string) => string,
): Symptom | undefined {
  if (answer.outcome === 'failed') {
    const silent: readonly RequestTrait[] = SILENT.includes(answer.failure) ? ['unanswered'] : []
    return {
      says: redact(describeFailure(answer)),
      cause: inCommon(redact(describeFailure(asUnstreamed(answer))), answer.sent.body ?? ''),
      causeIn: [...traits, ...silent],
    }
  }
  if (!('finishReason' in answer)) return undefined
  if (traits.includes('constrained') && runsOn(answer)) return { says: RUNS_ON, cause: RUNS_ON }
  const isUnsaid = answer.text.trim() === '' && answer.reasoning
  return isUnsaid ? { says: NO_CONTENT, cause: NO_CONTENT } : undefined
}

const NO_CONTENT = 'an answer holds no content: all of it stands in the reasoning'

/** An error event of a stream with a code is what an answer that is not streamed says by its status. */
function asUnstreamed(failed: Failed): Failed {
  const status = Number(failed.error?.code)
  if (failed.failure !== 'service-error' || !(status >= 400 && status <= 599)) return failed
  return { ...failed, failure: 'http-status', status }
}

/**
 * What an end has in common with others: what its judgement named, or the symptom of an exchange that it blames. A failure counts
 * only where the reason names it: the check may be about something else.
 */
export function causeOf(
  recorded: readonly Recorded[],
  { reason = '', shown = [], cause, causeIn }: Caused & Ending,
): Caused {
  if (cause !== undefined) return { cause, ...(causeIn && { causeIn }) }
  const isShown = ({ exchange }: Recorded) => shown.includes(exchange)
  const isNamed = ({ failure, symptom }: Recorded) =>
    failure !== undefined && symptom !== undefined && reason.includes(symptom.says)
  // What the check shows comes first: a side look may have failed in the same words.
  const blamed =
    recorded.find(
      (one) => isShown(one) && (one.failure === undefined ? one.symptom : reason.includes(one.failure)),
    ) ?? recorded.find(isNamed)
  if (!blamed?.symptom) return {}
  const { cause: found, causeIn: asked } = blamed.symptom
  return { cause: found, ...(asked && { causeIn: [...new Set([...asked, ...(causeIn ?? [])])] }) }
}

type Ending = { readonly reason?: string; readonly shown?: readonly Exchange[] }

/** What is looked through for words that a service gives back. */
const OURS_CHARACTERS = 16_384
/** So many characters of ours in a row are no chance. */
const ECHO_CHARACTERS = 12

/**
 * The words that a service says whatever was sent: ids, numbers and what it quotes of the request are left out. A status stays,
 * for it says what kind of failure it is.
 */
export function inCommon(says: string, body: string): string {
  const status = /\(HTTP \d+\)/.exec(says)?.[0] ?? ''
  const [before, after] = status === '' ? ['', says] : says.split(status, 2)
  const ours = body.slice(0, OURS_CHARACTERS)
  // The client puts the status in front of what the service said.
  const said = (after ?? '').replace(/^: "HTTP \d+: /, ': "')
  const open = withoutEchoes(said.replaceAll('\\"', '"'), ours)
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '#')
    .replace(/\b(?=[a-z_-]*\d)[\w-]{4,}\b/gi, '#')
    .replace(/\d+(?:\.\d+)?/g, '#')
    .replace(/#(?:\.#)+/g, '#')
  return `${before}${status}${open}`.replace(/…+/g, '…')
}

/** Each part that stands in the request too becomes `…`: long ones, and quoted ones of any length. */
function withoutEchoes(text: string, ours: string): string {
  const plain = ours.replaceAll('\\"', '"')
  let out = ''
  for (let at = 0; at < text.length; ) {
    let end = at + ECHO_CHARACTERS
    if (end > text.length || !plain.includes(text.slice(at, end))) {
      out += text[at++]
      continue
    }
    while (end < text.length && plain.includes(text.slice(at, end + 1))) end++
    out += '…'
    at = end
  }
  return out.replace(/(['"`])([^'"`…]{1,40})\1/g, (whole, mark: string, word: string) =>
    plain.includes(`"${word}"`) ? `${mark}…${mark}` : whole,
  )
}
