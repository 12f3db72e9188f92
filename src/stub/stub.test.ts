import { text as textOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { askStub, postJson, stubHere } from './testing/ask-stub.ts'

const QUICK = { ttftMs: 1, gapMs: 1 }
const countWords = (text: string): number => text.trim().split(' ').length

test('a stream has a role, its contents with stamps, its usage and an end, as vLLM writes them', async () => {
  await using stub = await stubHere({ ...QUICK, tokens: 4 })
  const { events, contents, text, usage } = await askStub(stub.url)
  const [truth] = await stub.truth()
  expect(events.map((event) => event.choices[0]?.delta.role)).toEqual([
    'assistant',
    ...Array(5).fill(undefined),
  ])
  expect(contents.map((event) => event.choices[0]?.finish_reason)).toEqual([null, null, null, 'length'])
  expect(text).toBe(' stub-0 b c d')
  expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 7, completion_tokens: 4 })
  expect(truth).toMatchObject({ id: 'stub-0', prompt_tokens: 3, completion_tokens: 4, end: 'complete' })
  expect(contents.map((event) => Number(event.emitted_ns))).toEqual(truth?.emitted_ns)
})

test('one to eight tokens an event add up to what was asked, in the text, in usage and in the truth', async () => {
  await using stub = await stubHere({ ...QUICK, tokensPerEvent: 'uniform:1-9' })
  const asked = Array.from({ length: 40 }, (_, index) => index + 1)
  const streams = await Promise.all(asked.map((tokens) => askStub(stub.url, { max_tokens: tokens })))
  expect(streams.map((stream) => countWords(stream.text))).toEqual(asked)
  expect(streams.map((stream) => stream.usage?.completion_tokens)).toEqual(asked)
  const truths = await stub.truth()
  const sizes = truths.flatMap(({ tokens }) => tokens)
  expect(new Set(sizes)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]))
  expect(sizes.reduce((sum, size) => sum + size)).toBe((40 * 41) / 2)
})

test('no event is written before it is due, and the lateness that the stub states is the largest one of its stamps', async () => {
  await using stub = await stubHere({ ttftMs: [5, 15], gapMs: 2.5 })
  await Promise.all([askStub(stub.url), askStub(stub.url), askStub(stub.url)])
  const lateMs = (await stub.truth()).flatMap(({ started_ns, emitted_ns }, place) =>
    emitted_ns.map((ns, index) => (ns - started_ns) / 1e6 - (place % 2 === 0 ? 5 : 15) - index * 2.5),
  )
  expect(lateMs).toHaveLength(96)
  expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(-1e-5)
  const late = await stub.late()
  expect(late.n).toBe(96)
  expect(late.max).toBeCloseTo(Math.max(...lateMs), 4)
  await stub.reset()
  expect([await stub.late(), await stub.truth()]).toEqual([{ n: 0, p50: 0, p99: 0, max: 0 }, []])
})

test('an event whose first write ends inside a character arrives whole, and no ping falls into it', async () => {
  await using stub = await stubHere({ ttftMs: 5, gapMs: 4, tokens: 26, splitUtf8: true, pingMs: 1 })
  const { reads, text, contents, comments } = await askStub(stub.url)
  const isInside = (read: Buffer): boolean => Buffer.from(read.toString()).compare(read) !== 0
  expect(reads.some(isInside)).toBe(true)
  expect(text).toBe(
    ` 語stub-0${Array.from({ length: 25 }, (_, index) => ` ${String.fromCharCode(0x4e01 + index)}`).join('')}`,
  )
  expect(contents).toHaveLength(26)
  expect(comments.length).toBeGreaterThan(0)
  expect(new Set(comments)).toEqual(new Set([': ping']))
})

test('merged events are one write, with one stamp', async () => {
  await using stub = await stubHere({ ...QUICK, tokens: 7, merge: 3 })
  const { contents, text } = await askStub(stub.url)
  const writes = Map.groupBy(contents, (event) => event.emitted_ns).values()
  expect(Array.from(writes, (events) => events.length)).toEqual([3, 3, 1])
  expect([text, (await stub.late()).n]).toEqual([' stub-0 b c d e f g', 3])
})

test('a stall delays what is due after its start in the streams that were open, and nothing else', async () => {
  await using stub = await stubHere({ ...QUICK, stallAtMs: 60, stallMs: 200 })
  const open = Promise.all([askStub(stub.url, { max_tokens: 120 }), askStub(stub.url, { max_tokens: 120 })])
  await askStub(stub.url, { max_tokens: 2 })
  await open
  await askStub(stub.url, { max_tokens: 50 })
  const truths = await stub.truth()
  const { max } = await stub.late()
  const stallNs = (truths[0]?.received_ns ?? 0) + 60e6
  const lateMs = truths.flatMap(({ started_ns, emitted_ns }) =>
    emitted_ns.map((ns, index) => {
      // On a slow machine one may start within the stall.
      const startNs = started_ns < stallNs ? started_ns : Math.max(stallNs, started_ns - 200e6)
      const dueNs = startNs + (1 + index) * 1e6
      return (ns - dueNs) / 1e6 - (dueNs > stallNs ? 200 : 0)
    }),
  )
  expect(lateMs).toHaveLength(292)
  expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(-1e-5)
  expect(Math.max(...lateMs)).toBeCloseTo(max, 4)
})

test('who finds no place waits until another leaves, and the metrics say what was done', async () => {
  await using stub = await stubHere({ ...QUICK, slots: 1, tokens: 30 })
  const metrics = async () => (await fetch(`${stub.url}/metrics`)).text()
  const line = (name: string, value: number) => `vllm:${name}{engine="0",model_name="stub"} ${value}\n`
  const first = await postJson(`${stub.url}/v1/completions`, {
    prompt: 'a',
    max_tokens: 20_000,
    stream: true,
  })
  const second = askStub(stub.url)
  let now = await metrics()
  while (!now.includes(line('num_requests_waiting', 1))) now = await metrics()
  expect(now).toContain(line('num_requests_running', 1))
  first.destroy()
  await second
  const truths = await stub.truth()
  expect(truths.map(({ end }) => end)).toEqual(['left', 'complete'])
  expect(truths[1]?.started_ns).toBeGreaterThan(truths[0]?.emitted_ns.at(-1) ?? 0)
  const tokens = truths.flatMap((truth) => truth.tokens).length
  const ttftS = truths.flatMap((truth) =>
    truth.emitted_ns.slice(0, 1).map((ns) => (ns - truth.received_ns) / 1e9),
  )
  now = await metrics()
  expect(now).toContain(line('generation_tokens_total', tokens))
  expect(now).toContain(line('time_to_first_token_seconds_count', ttftS.length))
  const [, sum] = /time_to_first_token_seconds_sum\S* (\S+)/.exec(now) ?? []
  expect(Number(sum)).toBeCloseTo(
    ttftS.reduce((a, b) => a + b, 0),
    9,
  )
})

test('an answer that is not streamed comes when its last token is due', async () => {
  await using stub = await stubHere({ ...QUICK, gapMs: 2, tokens: 9 })
  const answer = JSON.parse(
    await textOf(await postJson(`${stub.url}/v1/completions`, { prompt: 'two words' })),
  )
  const [truth] = await stub.truth()
  expect(answer).toMatchObject({
    choices: [{ text: ' stub-0 b c d e f g h i' }],
    usage: { completion_tokens: 9 },
  })
  expect(answer.emitted_ns).toBe(String(truth?.emitted_ns[0]))
  expect(((truth?.emitted_ns[0] as number) - (truth?.received_ns as number)) / 1e6).toBeGreaterThanOrEqual(17)
})

test('a prompt has as many tokens at /tokenize as in usage', async () => {
  await using stub = await stubHere({})
  const messages = [
    { role: 'system', content: 'one two' },
    { role: 'user', content: [{ type: 'text', text: ' three\nfour ' }] },
  ]
  const tokenized = JSON.parse(await textOf(await postJson(`${stub.url}/tokenize`, { messages })))
  const { usage } = await askStub(stub.url, { messages, max_tokens: 1 })
  expect([tokenized.count, usage?.prompt_tokens]).toEqual([4, 4])
})
