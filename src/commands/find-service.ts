import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createClient } from '../client/index.ts'
import type { Io } from './io.ts'

/** A service that answered as an OpenAI-compatible one. */
export type FoundService = {
  readonly url: string
  /** Where the URL came from, in words. */
  readonly from: string
  /** The first model that it lists; absent where it lists none to us. */
  readonly model?: string
  /** The variable whose value it needs as a bearer token: without one it answers 401 or 403. */
  readonly keyVariable?: string
}

type Candidate = { readonly url: string; readonly from: string }

/** Variables in which clients of such services keep a base URL, and those in which they keep its key. */
const URL_VARIABLES = ['INFERGATE_URL', 'OPENAI_BASE_URL', 'OPENAI_API_BASE'] as const
const KEY_VARIABLES = ['INFERGATE_API_KEY', 'OPENAI_API_KEY', 'VLLM_API_KEY'] as const
/** Where vLLM, SGLang, llama.cpp, Ollama and LiteLLM listen unless they are told otherwise. */
const USUAL_PORTS = [8000, 30_000, 8080, 11_434, 4000] as const
const ENGINE_IMAGE = /vllm|sglang|llama|ollama|text-generation|litellm/i
const ANSWER_MS = 1_500
const DOCKER_MS = 3_000

/** Services that answer: from the environment, from containers that run here, at the usual ports of this machine. Sends a GET each. */
export async function findServices(
  io: Io,
  ports: readonly number[] = USUAL_PORTS,
): Promise<readonly FoundService[]> {
  const candidates = [...fromEnvironment(io), ...(await fromContainers(io)), ...ports.map(atPort)]
  const unique = [...new Map(candidates.toReversed().map((one) => [one.url, one])).values()].toReversed()
  const looked = await Promise.all(unique.map((one) => look(one, io)))
  return looked.filter((found) => found !== undefined)
}

/** The service at a URL that a person typed; undefined where none answers there. */
export const serviceAt = (url: string, io: Io): Promise<FoundService | undefined> =>
  look({ url, from: 'as you said' }, io)

const fromEnvironment = ({ env }: Io): readonly Candidate[] =>
  URL_VARIABLES.flatMap((name) => (env[name] ? [{ url: env[name], from: `variable ${name}` }] : []))

const atPort = (port: number): Candidate => ({
  url: `http://127.0.0.1:${port}`,
  from: `port ${port} of this machine`,
})

/** Engines in containers whose port is published here. No engine, or one that does not answer, means none. */
async function fromContainers({ env }: Io): Promise<readonly Candidate[]> {
  const format = '{{.Image}}\t{{.Ports}}'
  const listed = await promisify(execFile)('docker', ['ps', '--format', format], {
    env,
    timeout: DOCKER_MS,
  }).catch(() => ({ stdout: '' }))
  return listed.stdout.split('\n').flatMap((line) => {
    const [image = '', ports = ''] = line.split('\t')
    const [, port] = /(?:127\.0\.0\.1|0\.0\.0\.0|\[?::\]?):(\d+)->/.exec(ports) ?? []
    if (!ENGINE_IMAGE.test(image) || port === undefined) return []
    return [{ url: `http://127.0.0.1:${port}`, from: `container of ${image}` }]
  })
}

async function look({ url, from }: Candidate, { env, signal }: Io): Promise<FoundService | undefined> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return undefined
  await using client = await createClient({ dialect: 'openai', baseUrl: url })
  const reply = await client.call('models', { signal, timeoutMs: ANSWER_MS })
  const isRefused = reply.outcome === 'failed' && (reply.status === 401 || reply.status === 403)
  const keyVariable = KEY_VARIABLES.find((name) => env[name]) ?? KEY_VARIABLES[0]
  if (isRefused) return { url, from, keyVariable }
  if (reply.outcome === 'failed') return undefined
  const listed = (reply.json as { data?: unknown } | undefined)?.data
  if (!Array.isArray(listed)) return undefined
  const model: unknown = listed[0]?.id
  return { url, from, ...(typeof model === 'string' && { model }) }
}
