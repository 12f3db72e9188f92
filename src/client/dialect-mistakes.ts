import { isFailedFinish, readEnvelope, scanJson } from '../judges/index.ts'
import type { Failed, Generation } from '../records/index.ts'
import type { Client } from './client.ts'
import { didDecode, type MissingRead, readsOf } from './decode-reads.ts'
import { isAbsent } from './route-status.ts'

const ASKED = { prompt: 'Say hello.', maxTokens: 8, temperature: 0 } as const
/** The body did not fit what the service takes. */
const UNFIT: readonly number[] = [400, 415, 422]
/** A text under such a name says what went wrong: it is the service's word, and no answer under another name. */
const SAYS_ERROR = /err|fail|exception|detail|message|reason|trace/i
const SHOWN_CHARACTERS = 200

/**
 * What of a user's dialect does not fit the service, in one sentence that names operation, path or field and what came back;
 * undefined where the dialect reads the answer and it is the service that is broken. Sends one generation.
 */
export async function findDialectMistake(
  client: Client,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<string | undefined> {
  const asked = await client.generate(ASKED, options)
  if (asked.outcome === 'failed' && asked.status !== undefined) {
    const { method, url } = asked.sent
    const came = `${method} ${url} is HTTP ${asked.status}${shownBody(asked)}`
    if (isAbsent(asked.status))
      return `${came}. Correct the path of \`operations.${operationOf(client, url)}\``
    if (UNFIT.includes(asked.status))
      return `${came}. Correct the body that \`encode\` makes for \`operations.${operationOf(client, url)}\``
  }
  return mistakenField(client, asked)
}

/** A field that `decode` reads, that the answer does not have, and without which there is no text or no finish reason. */
function mistakenField(client: Client, asked: Generation): string | undefined {
  const scan = scanJson(asked.body ?? '')
  const isJudged = asked.outcome === 'completed' ? asked.text === '' : asked.failure === 'malformed-body'
  if (!isJudged || scan.ending !== 'complete' || saysItFailed(client, scan.value)) return undefined
  const operation = operationOf(client, asked.sent.url)
  const missing = readsOf(client.dialect, operation, scan.value)
  const lost =
    missing.find(({ gives }) => gives === 'text') ?? missing.find(({ gives }) => gives === 'finishReason')
  // Without any text in it the answer has none under another name either.
  if (!lost || (lost.gives === 'text' && !holdsText(scan.value))) return undefined
  return `${sentenceOf(lost)}, and the answer to \`operations.${operation}\` has no such field${shownBody(asked)}. Correct \`decode\``
}

const sentenceOf = ({ path, gives }: MissingRead): string =>
  `\`decode\` reads \`body.${path}\` for its \`${gives}\``

function saysItFailed({ dialect }: Client, body: unknown): boolean {
  const answer = didDecode(dialect, 'generate', body)
  return (
    readEnvelope(body) !== undefined ||
    answer?.error !== undefined ||
    isFailedFinish(answer?.finishReason ?? '')
  )
}

/** Whether a string that could be an answer stands anywhere in it. */
function holdsText(value: unknown, name = ''): boolean {
  if (typeof value === 'string') return value.trim() !== '' && !SAYS_ERROR.test(name)
  return Object.entries(Object(value) as object).some(([key, part]) => {
    const isIndex = Array.isArray(value)
    return typeof part === 'string' || typeof part === 'object'
      ? holdsText(part, isIndex ? name : key)
      : false
  })
}

const operationOf = ({ dialect }: Client, url: string): 'generate' | 'chat' => {
  const chat = dialect.operations.chat?.path
  return chat !== undefined && new URL(url).pathname.endsWith(chat) ? 'chat' : 'generate'
}

function shownBody({ received }: Pick<Failed, 'received'>): string {
  const body = received?.body.trim() ?? ''
  if (body === '') return ''
  return `: ${JSON.stringify(body.length > SHOWN_CHARACTERS ? `${body.slice(0, SHOWN_CHARACTERS)}…` : body)}`
}
