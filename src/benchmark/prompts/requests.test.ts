import { expect, test } from 'vitest'
import type { ScheduledRequest } from '../../records/index.ts'
import { type PromptFlags, workloadsOf } from './flags.ts'
import { parseLengths } from './lengths.ts'
import { type PromptOptions, preparePrompts } from './prepare.ts'
import { hashRequests, requestsOf } from './requests.ts'
import { writeFile } from './testing/prompt-file.ts'

const tokens = (text: string) => parseLengths(text, '--input')
const words = (prompt: string) => prompt.split(' ')
/** Nobody counts: lengths are in words, so that a test can count them. */
const options = { seed: 1, route: 'generate', counter: { missing: 'no /tokenize' } } as const

const planOf = (flags: PromptFlags, more: Partial<PromptOptions> = {}) =>
  preparePrompts(workloadsOf(flags), { ...options, ...more })
const first = async (n: number, flags: PromptFlags, more: Partial<PromptOptions> = {}) =>
  requestsOf(await planOf(flags, more))
    .take(n)
    .toArray()

test('requests follow from the seed alone, on each machine', async () => {
  const flags = {
    input: tokens('lognormal:60,30'),
    output: tokens('uniform:4-16'),
    turns: tokens('uniform:1-3'),
  }
  const plan = await planOf(flags)
  expect(hashRequests(plan, 200)).toBe(
    'sha256:7149a0d7123b3e04524c2f81fda5f3e59c90259434f688ed74987bb41efd2e99',
  )
  expect(hashRequests(JSON.parse(JSON.stringify(plan)), 200)).toBe(hashRequests(plan, 200))
  expect(hashRequests(await planOf(flags, { seed: 2 }), 200)).not.toBe(hashRequests(plan, 200))
})

test('synthetic prompts have the length asked for, and no two begin alike', async () => {
  const made = await first(300, { input: tokens('100'), output: tokens('20') })
  expect(made.every(({ request }) => words(request.prompt).length === 100)).toBe(true)
  expect(new Set(made.map(({ request }) => words(request.prompt).slice(0, 8).join(' '))).size).toBe(300)
  // Nobody counted tokens, so that none are stated.
  expect(made[0]).toEqual({
    index: 0,
    request: { route: 'generate', prompt: expect.stringMatching(/^Words: /), maxTokens: 20 },
  })
})

test('an answer is held to its length where the service has the fields for it', async () => {
  const flags = { output: tokens('20') }
  const base = { stream: true, includeUsage: true } as const
  const [held] = await first(1, flags, { base, holds: ['ignoreEos', 'minTokens'] })
  expect(held?.request).toMatchObject({ ...base, maxTokens: 20, minTokens: 20, ignoreEos: true })
})

test.each([2, 3, 7])('%i workers make together what one makes, sessions whole', async (of) => {
  const plan = await planOf({
    workload: [
      { name: 'chat', weight: 2, input: tokens('12'), turns: tokens('uniform:1-4') },
      { name: 'one', input: tokens('30') },
    ],
  })
  const alone = requestsOf(plan).take(400).toArray()
  const parts = Array.from({ length: of }, (_, worker) => partOf(requestsOf(plan, { worker, of }), 400))
  expect(parts.flat().toSorted((a, b) => a.index - b.index)).toEqual(alone)
  const owners = parts.map((part) => new Set(part.flatMap(({ session }) => session?.id ?? [])))
  for (const [index, ids] of owners.entries())
    for (const other of owners.slice(index + 1)) expect(ids.isDisjointFrom(other)).toBe(true)
})

function partOf(part: Iterable<ScheduledRequest>, end: number): readonly ScheduledRequest[] {
  const own: ScheduledRequest[] = []
  for (const request of part) {
    if (request.index >= end) break
    own.push(request)
  }
  return own
}

test('a share of the prompts begins with one of the shared prefixes, and all have the whole length', async () => {
  const sharedPrefix = { tokens: 40, share: 0.8, prefixes: 3 }
  const made = await first(1_000, { input: tokens('64'), sharedPrefix })
  expect(made.every(({ request }) => words(request.prompt).length === 64)).toBe(true)
  const beginnings = Map.groupBy(made, ({ request }) => words(request.prompt).slice(0, 40).join(' '))
  const shared = [...beginnings.values()].map((group) => group.length).filter((size) => size > 1)
  expect(shared.length).toBe(3)
  expect(shared.reduce((sum, size) => sum + size, 0) / 1_000).toBeCloseTo(0.8, 1)
  expect(new Set(made.map(({ request }) => request.prompt)).size).toBe(1_000)
})

test('turns of a session follow each other, dealt in rounds over the sessions under way', async () => {
  const made = await first(8, { input: tokens('9'), turns: tokens('2') }, { sessionsAtOnce: 2 })
  expect(made.map(({ session }) => `${session?.id}.${session?.turn}`)).toEqual([
    ...['session-1.0', 'session-2.0', 'session-1.1', 'session-2.1'],
    ...['session-3.0', 'session-4.0', 'session-3.1', 'session-4.1'],
  ])
  expect(made.every(({ request }) => request.route === 'chat')).toBe(true)
})

test('the parts of a mix come by their weights, each with its own lengths', async () => {
  const made = await first(2_000, {
    output: tokens('5'),
    workload: [
      { name: 'chat', weight: 3, input: tokens('20') },
      { name: 'summarize', input: tokens('200'), output: tokens('50') },
    ],
  })
  const { chat = [], summarize = [] } = Object.groupBy(made, ({ workload }) => workload ?? '')
  expect(chat.length / 2_000).toBeCloseTo(0.75, 1)
  expect(new Set(chat.map(({ request }) => `${words(request.prompt).length} ${request.maxTokens}`))).toEqual(
    new Set(['20 5']),
  )
  expect(summarize[0]?.request.maxTokens).toBe(50)
})

test('equal hash ids of a trace are equal blocks of the prompts, and its lengths are kept', async () => {
  const entries = [
    { inputTokens: 1_500, outputTokens: 7, hashIds: [1, 2, 3] },
    { inputTokens: 1_100, outputTokens: 9, hashIds: [1, 2, 4] },
    { inputTokens: 1_500, outputTokens: 7, hashIds: [1, 2, 3] },
    { inputTokens: 600, outputTokens: 1 },
  ]
  const source = { kind: 'trace', place: 'trace.jsonl', entries } as const
  const plan = await preparePrompts([{ source }], options)
  const made = requestsOf(plan).toArray()
  const texts = made.map(({ request }) => words(request.prompt))
  expect(texts.map(({ length }) => length)).toEqual([1_500, 1_100, 1_500, 600])
  expect(made.map(({ request }) => request.maxTokens)).toEqual([7, 9, 7, 1])
  const [a = [], b = [], c = [], d = []] = texts
  expect(a).toEqual(c)
  expect(a.slice(0, 1_024)).toEqual(b.slice(0, 1_024))
  expect(a.slice(1_024, 1_034)).not.toEqual(b.slice(1_024, 1_034))
  expect(a.slice(0, 10)).not.toEqual(d.slice(0, 10))
})

test("a user's prompts are asked in their order, and again from the first", async () => {
  const messages = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Hi' },
  ]
  const file = writeFile(`{"prompt":"Hello","output_tokens":12}\n${JSON.stringify({ messages })}\n`)
  const made = await first(3, { prompts: file })
  expect(made.map(({ request }) => request)).toEqual([
    { prompt: 'Hello', route: 'generate', maxTokens: 12 },
    { prompt: 'Hi', route: 'chat', wire: { messages }, maxTokens: 64 },
    { prompt: 'Hello', route: 'generate', maxTokens: 12 },
  ])
  const stated = await first(1, { prompts: file, output: tokens('5') })
  expect(stated[0]?.request.maxTokens).toBe(5)
})

test("the turns of a file's conversation are a session", async () => {
  const conversations = ['human', 'gpt', 'human', 'gpt'].map((from, index) => ({
    from,
    value: `part ${index}`,
  }))
  const file = writeFile(JSON.stringify([{ conversations }]))
  const made = await first(2, { prompts: file, turns: tokens('4') }, { sessionsAtOnce: 1 })
  expect(made.map(({ session, request }) => [session, request.prompt])).toEqual([
    [{ id: 'session-1', turn: 0 }, 'part 0'],
    [{ id: 'session-1', turn: 1 }, 'part 2'],
  ])
})
