import { toCurl } from '../client/index.ts'
import { quote } from '../promises/index.ts'
import type {
  Evidence,
  Exchange,
  FailureKind,
  Generation,
  Reply,
  RequestTrait,
  SentRequest,
} from '../records/index.ts'

/** What an answer is that another check may have met too: its failure, or white space without an end. */
export type Symptom = {
  /** The failure in the words that a reason quotes, and the same in words that all have in common. */
  readonly says: string
  readonly cause: string
  readonly causeIn?: readonly RequestTrait[]
}

/** An exchange of a check, and what the client made of it. */
export type Recorded = {
  readonly exchange: Exchange
  readonly outcome: string
  readonly failure?: FailureKind
  /** Whether it asked for a generation: only those tell whether the service still answers. */
  readonly generates: boolean
  /** What it may have in common with what other checks saw. */
  readonly symptom?: Symptom
}

const MAX_EXCHANGES = 6
/** Both ends of a body are kept: a stream shows its fault at the end, an envelope at the beginning. */
const HEAD_CHARACTERS = 4_096
const TAIL_CHARACTERS = 2_048
/**
 * The exchanges worth keeping: those that the check blamed, then failed ones, then the latest; each of the three in order of
 * sending, so that the first is the one to look at.
 */
export function selectEvidence(recorded: readonly Recorded[], shown: readonly Exchange[]): Evidence[] {
  const rank = (item: Recorded): number => (shown.includes(item.exchange) ? 0 : item.failure ? 1 : 2)
  return recorded
    .map((item, index) => ({ item, index }))
    .sort((a, b) => rank(a.item) - rank(b.item) || b.index - a.index)
    .slice(0, MAX_EXCHANGES)
    .sort((a, b) => rank(a.item) - rank(b.item) || a.index - b.index)
    .map(({ item }) => toEvidence(item))
}

/** What the client made of an answer, in one line. */
export function describeOutcome(answer: Generation | Reply): string {
  if (answer.outcome === 'failed') return `${answer.failure}: ${answer.message}`
  if (!('finishReason' in answer)) return `status ${answer.status}, ${answer.text.length} characters`
  const shape = answer.stream ? `, ${answer.stream.events} events in ${answer.timing.reads} reads` : ''
  return `completed: finish "${answer.finishReason}", text ${quote(answer.text)}${shape}`
}

function toEvidence({ exchange, outcome }: Recorded): Evidence {
  const { sent, received, timing } = exchange
  return {
    request: sent.body === undefined ? sent : { ...sent, body: cut(sent.body) },
    ...(received && { response: { ...received, body: cut(received.body) } }),
    timing: { ...timing, chunkAtMs: timing.chunkAtMs.slice(0, 64) },
    outcome: cut(outcome),
    curl: curlOf(sent),
  }
}

/** A curl is whole or not there: one that is cut would send something else, and no command line takes one of any length. */
function curlOf(sent: SentRequest): string {
  if (sent.bodyCharacters === undefined) return toCurl(sent)
  return `# no curl: the body has ${sent.bodyCharacters} characters, more than is kept; check it again to send it`
}

function cut(text: string): string {
  const limit = HEAD_CHARACTERS + TAIL_CHARACTERS
  if (text.length <= limit) return text
  const left = text.length - limit
  return `${text.slice(0, limit - TAIL_CHARACTERS)} …[${left} characters cut]… ${text.slice(-TAIL_CHARACTERS)}`
}
