import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { type PromiseDefinition, quote } from '../promises/index.ts'
import type { Boot, Check, PromiseEntry, ServiceProfile } from '../records/index.ts'
import { runCheck } from './run-check.ts'
import { Session, type SessionOptions } from './session.ts'

const PROFILE: ServiceProfile = {
  engine: 'ananke',
  capabilities: ['health'],
  missing: { stream: 'it never streams' },
}
const GOOD = {
  generated_text: 'hello',
  tokens_generated: 2,
  generation_time_ms: 1,
  constraint_satisfied: true,
  model_name: 'm',
  finish_reason: 'stop',
}

const SECRET = 'harbours'
const folder = mkdtempSync(join(tmpdir(), 'infergate-check-'))
const keyFile = join(folder, 'key')
writeFileSync(keyFile, SECRET)

let server: Server | undefined
let port = 0
let session: Session | undefined

afterAll(() => rmSync(folder, { recursive: true }))

afterEach(async () => {
  await session?.[Symbol.asyncDispose]()
  server?.closeAllConnections()
  server?.close()
})

test('a check that returns has passed, and keeps no evidence', async () => {
  await serve(answering(GOOD))
  const check = await run({ check: ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 }) })
  expect(check).toMatchObject({ id: 'x.y', suite: 'x', outcome: 'passed', required: true })
  expect(check).not.toHaveProperty('evidence')
  expect(check).not.toHaveProperty('reason')
})

test('a broken promise keeps its exchanges with a curl, the blamed one first', async () => {
  await serve(answering({ ...GOOD, generated_text: 'wrong' }))
  const check = await run({
    async check({ service, verify }) {
      const answers = []
      for (let i = 0; i < 9; i++) answers.push(await service.answer({ prompt: `prompt ${i}`, maxTokens: 2 }))
      verify(false, 'it is wrong', ...answers.slice(4, 5))
    },
  })
  expect(check).toMatchObject({ outcome: 'failed', reason: 'it is wrong' })
  const bodies = check.evidence?.map(({ request }) => request.body ?? '') ?? []
  expect(bodies).toHaveLength(6)
  expect(bodies[0]).toContain('prompt 4')
  expect(bodies[1]).toContain('prompt 3')
  expect(bodies.at(-1)).toContain('prompt 8')
  expect(check.evidence?.[0]?.curl).toContain('curl')
  expect(check.evidence?.[0]?.response?.body).toContain('wrong')
})

test('a key that is a word of the answer changes no judgement, and stands in nothing that is kept', async () => {
  const text = `quiet ${SECRET} and more of ${SECRET}`
  await serve(answering({ ...GOOD, generated_text: text }))
  const judged: string[] = []
  const check = await run({
    async check({ service, verify }) {
      const answer = await service.answer({ prompt: `about ${SECRET}`, maxTokens: 2 })
      judged.push(answer.text)
      verify(false, `the text is ${quote(text, 31)}, not ${answer.text}`, answer)
    },
  })
  expect(judged).toEqual([text])
  expect(check).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^the text is "quiet \[secret from .*\] and more of \[secret from .*\]…"/),
  })
  expect(check.evidence?.[0]?.outcome).toContain('[secret from')
  expect(check.evidence?.[0]?.curl).toContain(keyFile)
  expect(JSON.stringify(check)).not.toContain(SECRET.slice(0, 5))
})

test('a generation that fails breaks the promise with what the service said', async () => {
  await serve(answering({ finish_reason: 'error', metadata: { error: "no attribute 'llm'" } }))
  const check = await run({ check: ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 }) })
  expect(check).toMatchObject({ outcome: 'failed', reason: expect.stringContaining("no attribute 'llm'") })
})

test('a check that runs out of time is inconclusive, and what it left behind ends with it', async () => {
  let [open, asked] = [0, 0]
  await serve((request, response) => {
    open += 1
    response.on('close', () => {
      open -= 1
    })
    if (++asked > 2) answering(GOOD)(request, response)
    else request.resume()
  })
  const check = await run({
    deadlineMs: 200,
    async check({ service }) {
      const patient = { timeoutMs: 60_000 }
      await Promise.all([1, 2].map(() => service.generate({ prompt: 'x', maxTokens: 2 }, patient)))
    },
  })
  expect(check).toMatchObject({ outcome: 'inconclusive', reason: expect.stringContaining('0.2 s') })
  expect(check.evidence).toHaveLength(2)
  await expect.poll(() => open).toBe(0)
})

test('a call that gets no answer within its own time is a finding, not the end of the check', async () => {
  await serve(silentAtFirst(1))
  const check = await run({
    deadlineMs: 600,
    check: ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 }),
  })
  expect(check).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('timeout') })
})

test('an unmet need makes a promise not applicable with the reason of the profile', async () => {
  await serve(answering(GOOD))
  const never = () => expect.unreachable()
  expect(await run({ needs: ['stream'], check: never })).toMatchObject({
    outcome: 'not-applicable',
    reason: 'it never streams',
  })
  expect(await run({ needs: ['chat'], check: never })).toMatchObject({ outcome: 'not-applicable' })
})

test('an error inside a check is inconclusive and says that the check is at fault', async () => {
  await serve(answering(GOOD))
  const check = await run({ check: () => Promise.reject(new TypeError('x is undefined')) })
  expect(check).toMatchObject({ outcome: 'inconclusive', reason: 'the check itself broke: x is undefined' })
})

test('the number of observations of a check names the rate that it finds', async () => {
  await serve(answering(GOOD))
  const check = await run({
    async check({ sampled }) {
      sampled(20)
    },
  })
  expect(check.observed).toEqual({ n: 20, findsRate: expect.closeTo(0.139, 3) })
})

test('fewer observations than a check needs decide nothing, whatever it would make of them', async () => {
  await serve(answering(GOOD))
  const after = (n: number, needed?: number) =>
    run({
      async check({ sampled, verify }) {
        sampled(n, needed)
        verify(false, 'judged all the same')
      },
    })
  expect(await after(0)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('0 times'),
  })
  expect(await after(0)).not.toHaveProperty('observed')
  expect(await after(5, 6)).toMatchObject({ outcome: 'inconclusive', reason: expect.stringContaining('6') })
  expect(await after(6, 6)).toMatchObject({ outcome: 'failed' })
})

test('once nothing listens any more, two checks say so and the rest is not run', async () => {
  await serve(answering(GOOD))
  server?.closeAllConnections()
  await new Promise((done) => server?.close(done))
  const definition: Definition = { check: ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 }) }
  const checks = [await run(definition), await run(definition), await run(definition)]
  expect(checks.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'inconclusive'])
  expect(checks[2]?.reason).toBe('not run: the target is gone, nothing listens any more since x.y')
})

test('where the service never generated, only smoke promises run', async () => {
  await serve(answering(GOOD))
  const boots: Boot[] = [{ index: 0, origin: 'started', outcome: 'not-generating', attempts: [] }]
  const definition: Definition = { check: ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 }) }
  expect(await run({ ...definition, tags: ['smoke'] }, { boots })).toMatchObject({ outcome: 'passed' })
  expect(await run(definition, { boots })).toMatchObject({
    outcome: 'inconclusive',
    reason: 'not run: no generation succeeded',
  })
})

test('where the service never generated, a call that hangs is given up sooner', async () => {
  await serve(silentAtFirst(2))
  const definition: Definition = {
    tags: ['smoke'],
    deadlineMs: 1_500,
    check: ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 }),
  }
  const reasonAfter = async (outcome: Boot['outcome']) => {
    const boots: Boot[] = [{ index: 0, origin: 'found', outcome, attempts: [] }]
    return (await run(definition, { boots })).reason
  }
  expect(await reasonAfter('not-generating')).toContain('within 300 ms')
  expect(await reasonAfter('generating')).toContain('within 1000 ms')
})

test('the time budget is one of the monotonic clock: a wall clock that jumps ends nothing and lengthens nothing', async () => {
  await serve(answering(GOOD))
  let hours = 0
  const jumping = { ...systemClock, now: () => new Date(systemClock.now().getTime() + ++hours * 3_600_000) }
  const endsAtMs = jumping.monotonicMs() + 30_000
  const options = { clock: jumping, deadlineMs: () => endsAtMs }
  const answers: Definition['check'] = ({ service }) => service.answer({ prompt: 'x', maxTokens: 2 })
  expect(await run({ check: answers }, options)).toMatchObject({ outcome: 'passed' })
  const back = { ...systemClock, now: () => new Date(0) }
  const spent = await run({ check: () => expect.unreachable() }, { clock: back, deadlineMs: () => 0 })
  expect(spent.reason).toBe('not run, the time budget (--max-seconds) was spent')
})

test('after the time budget of the run nothing is run, and it says so', async () => {
  await serve(answering(GOOD))
  const check = await run({ check: () => expect.unreachable() }, { deadlineMs: () => 0 })
  expect(check.reason).toBe('not run, the time budget (--max-seconds) was spent')
})

type Definition = Omit<PromiseDefinition, 'says'>

const answering =
  (body: unknown): RequestListener =>
  (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

/** Answers the requests, counted from 1, that it should. */
function answeringIf(isServed: (request: number) => boolean): RequestListener {
  let requests = 0
  return (request, response) =>
    isServed(++requests) ? answering(GOOD)(request, response) : void request.resume()
}

const silentAtFirst = (count: number): RequestListener => answeringIf((request) => request > count)

async function serve(listener: RequestListener): Promise<void> {
  session = undefined
  const started = createServer(listener)
  server = started
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done))
  port = (started.address() as AddressInfo).port
}

/** One session a test, as one run has one. */
async function run(definition: Definition, options: Partial<SessionOptions> = {}): Promise<Check> {
  const address = {
    dialect: 'ananke',
    baseUrl: `http://127.0.0.1:${port}`,
    secretHeaders: [{ name: 'x-key', source: { file: keyFile } }],
  }
  if (session === undefined || Object.keys(options).length > 0) {
    await session?.[Symbol.asyncDispose]()
    session = await Session.open({
      ...{ address, profile: PROFILE, boots: [], seed: 1, checkDeadlineMs: 5_000, clock: systemClock },
      ...options,
    })
  }
  const { tags = [] } = definition
  const entry: PromiseEntry = { id: 'x.y', suite: 'x', says: 'so', required: true, tags }
  return runCheck({ entry, definition: { says: 'so', ...definition } }, session)
}
