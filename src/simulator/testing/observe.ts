import { PROFILES, type Profile } from '../profiles.ts'
import type { SimulatorDialect } from '../simulator.ts'
import { startSimulator } from '../start.ts'
import type { Exchanged } from './exchange.ts'
import { Requests } from './requests.ts'
import { turnClock } from './turn-clock.ts'

/** What a look at a running simulator may do. */
export type Look = {
  readonly url: string
  readonly dialect: SimulatorDialect
  ask(wanted?: Wanted): Promise<Answer>
  get(path: string): Promise<Exchanged>
  readonly post: Post
}

type Post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Exchanged>

/** One generation in the words of neither dialect; `wire` is sent as it is. */
export type Wanted = {
  readonly prompt?: string
  readonly maxTokens?: number
  readonly temperature?: number
  readonly stop?: readonly string[]
  readonly schema?: object
  readonly regex?: string
  readonly wire?: object
}

export type Answer = {
  readonly status: number
  readonly text: string
  readonly finish: string | undefined
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
  readonly body: string
  readonly complete: boolean
  readonly tookMs: number
}

/** Whether the symptom shows. */
export type Observation = (look: Look) => Promise<boolean>

/** The default's pace in small, without a load. */
export const QUICK: Profile = { ...PROFILES.default, loadMs: [0, 0], firstTokenMs: [2, 2], tokenMs: 5 }

/** Starts a simulator with these faults, looks, and stops it; what is still in flight then is broken off. */
export async function look<T>(
  dialect: SimulatorDialect,
  faults: readonly string[],
  observe: (look: Look) => Promise<T>,
  profile: Profile = QUICK,
): Promise<T> {
  await using simulator = await startSimulator({
    dialect,
    faults,
    profile,
    maxModelLen: 1024,
    clock: turnClock,
  })
  await using requests = new Requests()
  const { url } = simulator
  const post: Post = (path, body, headers = {}) => requests.send(url, path, { body, headers })
  return await observe({
    url,
    dialect,
    get: (path) => requests.send(url, path),
    post,
    ask: (wanted = {}) => (dialect === 'openai' ? askOpenai(post, wanted) : askAnanke(post, wanted)),
  })
}

async function askOpenai(post: Post, wanted: Wanted): Promise<Answer> {
  const { schema, regex } = wanted
  const body = {
    prompt: wanted.prompt ?? 'Tell me a story.',
    max_tokens: wanted.maxTokens ?? 30,
    temperature: wanted.temperature,
    stop: wanted.stop,
    ...(schema || regex ? { structured_outputs: schema ? { json: schema } : { regex } } : {}),
    ...wanted.wire,
  }
  const reply = await post('/v1/completions', body)
  const { choices: [choice] = [], usage } = parse(reply.text)
  return {
    ...common(reply),
    text: choice?.text ?? '',
    finish: choice?.finish_reason,
    promptTokens: usage?.prompt_tokens,
    completionTokens: usage?.completion_tokens,
  }
}

async function askAnanke(post: Post, wanted: Wanted): Promise<Answer> {
  const { schema, regex } = wanted
  const body = {
    prompt: wanted.prompt ?? 'Tell me a story.',
    max_tokens: wanted.maxTokens ?? 30,
    temperature: wanted.temperature,
    stop_sequences: wanted.stop,
    ...(schema || regex
      ? { constraints: schema ? { json_schema: schema } : { regex_patterns: [regex] } }
      : {}),
    ...wanted.wire,
  }
  const reply = await post('/generate_api', body)
  const answer = parse(reply.text)
  return {
    ...common(reply),
    text: answer.generated_text ?? '',
    finish: answer.finish_reason,
    promptTokens: answer.metadata?.prompt_tokens,
    completionTokens: answer.tokens_generated,
  }
}

const common = ({ status, text, complete, tookMs }: Exchanged) => ({ status, body: text, complete, tookMs })

function parse(text: string) {
  return text.startsWith('{') ? JSON.parse(text) : {}
}
