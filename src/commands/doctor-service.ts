import type { Client } from '../client/index.ts'
import { didYouMean } from '../config/index.ts'
import type { Reply } from '../records/index.ts'
import { type Finding, failed, ok, warning } from './finding.ts'

const ANSWER_TIMEOUT_MS = 10_000

/** What a running service says where a run would begin: its health, and the list of its models. Nothing is generated. */
export async function lookAtService(name: string, client: Client, signal: AbortSignal): Promise<Finding> {
  const operations = (['health', 'models'] as const).filter((operation) => client.has(operation))
  const call = { signal, timeoutMs: ANSWER_TIMEOUT_MS }
  const replies = await Promise.all(operations.map((operation) => client.call(operation, call)))
  const [first] = replies
  if (!first)
    return warning(`${name}: its dialect has neither health nor models, so only a run can tell: run it.`)
  const unanswered = replies.find((reply) => statusOf(reply) === undefined)
  if (unanswered)
    return failed(
      `${name}: ${placeOf(unanswered)} cannot be reached (${whyOf(unanswered)}): ${NEXT_STEP[failureOf(unanswered) ?? 'connect'] ?? 'start the service, or correct its URL'}.`,
    )
  const refused = replies.find((reply) => [401, 403].includes(statusOf(reply) ?? 0))
  if (refused)
    return failed(
      `${name}: ${placeOf(refused)} answers with HTTP ${statusOf(refused)}: ${credentialsOf(client)}`,
    )
  const models = replies[operations.indexOf('models')]
  return (models && lookAtModels(name, client, models)) ?? answers(name, replies)
}

function credentialsOf({ address }: Client): string {
  const headers = address.secretHeaders?.map((header) => header.name) ?? []
  if (headers.length > 0) return `correct the value of ${headers.join(', ')}, which was sent and refused.`
  return 'set INFERGATE_API_KEY, or `headers` of the target in the configuration.'
}

/** What is wrong with the list of models; undefined where nothing is, or where there is none to look at. */
function lookAtModels(name: string, client: Client, reply: Reply): Finding | undefined {
  const { models } = client.dialect
  if (!models || reply.outcome === 'failed') return undefined
  const listed = listedBy(models, reply.json)
  const place = placeOf(reply)
  if (listed?.length === 0)
    return failed(
      `${name}: ${place} lists no model, so nothing can be generated: load one, or correct the URL.`,
    )
  if (!listed)
    return failed(`${name}: ${place} answers with no list of models: correct the URL or the dialect.`)
  const { model } = client.address
  if (model === undefined || listed.includes(model)) return undefined
  return warning(`${name}: ${place} does not list the model "${model}": ${didYouMean(model, listed)}`)
}

function listedBy(
  models: (body: unknown) => readonly string[],
  body: unknown,
): readonly string[] | undefined {
  try {
    return models(body)
  } catch {
    return undefined
  }
}

function answers(name: string, replies: readonly Reply[]): Finding {
  const seen = replies.map((reply) => `${placeOf(reply)} answers with HTTP ${statusOf(reply)}`).join(', ')
  const isDown = replies.every((reply) => (statusOf(reply) ?? 0) >= 500)
  if (isDown) return warning(`${name}: ${seen}: a run waits until it is ready.`)
  const isElsewhere = replies.every((reply) => [404, 405].includes(statusOf(reply) ?? 0))
  return isElsewhere
    ? warning(
        `${name}: ${seen}: is the service under this address? Give the URL without the path of a route, or another dialect.`,
      )
    : ok(`${name}: ${seen}`)
}

const NEXT_STEP: Readonly<Record<string, string>> = {
  connect: 'start the service, or correct the host and port of its URL',
  dns: 'correct the host name of its URL, or check the network',
  timeout: 'check the host and port of its URL, and whether a firewall drops the connection',
  tls: 'check that the URL is meant to be https; a private certificate authority is named in `tls.ca` of the target, or in NODE_EXTRA_CA_CERTS',
}

const failureOf = (reply: Reply): string | undefined =>
  reply.outcome === 'failed' ? reply.failure : undefined
const placeOf = ({ sent }: Reply): string => sent.url
const whyOf = (reply: Reply): string =>
  reply.outcome === 'failed' ? `${reply.failure}: ${reply.message}` : 'no answer'
/** Any HTTP answer shows that the service is there. */
const statusOf = (reply: Reply): number | undefined => reply.received?.status ?? reply.status
