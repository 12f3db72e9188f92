import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { openLoadClient } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import type { ScheduledRequest } from '../records/index.ts'
import { drive } from './index.ts'

/** Turns of conversations, one turn of each after the other, all due at once. */
const turns = (ids: readonly string[], count: number, route: 'chat' | 'generate'): ScheduledRequest[] =>
  Array.from({ length: count }, (_, turn) => ids.map((id) => ({ id, turn })))
    .flat()
    .map((session, index) => ({
      ...{ index, dueMs: 0, session },
      request: { prompt: `${session.id}${session.turn}?`, maxTokens: 4, route },
    }))

type Body = { readonly messages?: readonly { readonly content: string }[]; readonly prompt?: string }

/** Answers with the last thing that was said, in capitals; `fails` says which it refuses. */
async function converse(requests: readonly ScheduledRequest[], maxInFlight: number, fails?: RegExp) {
  const asked: (readonly string[])[] = []
  const open = new Set<string>()
  await using server = await startOnLoopback(async (incoming, response) => {
    const body = JSON.parse(Buffer.concat(await incoming.toArray()).toString()) as Body
    const said = body.messages?.map(({ content }) => content) ?? body.prompt?.split('\n') ?? []
    const last = said.at(-1) ?? ''
    expect(open.has(last[0] ?? ''), 'two turns of one conversation are in flight').toBe(false)
    open.add(last[0] ?? '')
    asked.push(said)
    await systemClock.sleep(5)
    open.delete(last[0] ?? '')
    const text = last.toUpperCase()
    const choice = body.messages ? { message: { role: 'assistant', content: text } } : { text }
    response
      .writeHead(fails?.test(last) ? 500 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ choices: [{ index: 0, ...choice, finish_reason: 'stop' }] }))
  })
  await using client = await openLoadClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  const driving = drive({
    ...{ client, clock: systemClock, requests, maxInFlight, timeoutMs: 5_000 },
    signal: new AbortController().signal,
  })
  const driven = await Array.fromAsync(driving)
  return { asked, driven, report: driving.report() }
}

test.each(['chat', 'generate'] as const)(
  'a turn on %s waits for the answer before it, and holds it',
  async (route) => {
    const { asked, driven } = await converse(turns(['a', 'b'], 3, route), 10)
    expect(asked.filter(([first]) => first === 'a0?')).toEqual([
      ['a0?'],
      ['a0?', 'A0?', 'a1?'],
      ['a0?', 'A0?', 'a1?', 'A1?', 'a2?'],
    ])
    expect(driven).toHaveLength(6)
    // A turn that had to wait for its answer was not due before it.
    for (const { dueAtMs = 0, answer } of driven) expect(answer.sentAtMs - dueAtMs).toBeLessThan(50)
  },
)

test('a conversation whose answer failed is over, and its other turns are counted', async () => {
  const { asked, report } = await converse(turns(['a', 'b'], 3, 'chat'), 10, /^a1/)
  expect(asked.flat().filter((said) => said.startsWith('a2'))).toEqual([])
  expect(report).toMatchObject({ sent: 5, unsent: { turns: 1 } })
})

test('in a closed loop a conversation keeps its place until it is over', async () => {
  const closed = turns(['a', 'b', 'c'], 2, 'chat').map(({ dueMs: _, ...one }) => one)
  const bySession = closed.toSorted((one, other) =>
    (one.session?.id ?? '').localeCompare(other.session?.id ?? ''),
  )
  const { asked } = await converse(bySession, 2)
  expect(asked.map((said) => said.at(-1)).slice(-2)).toEqual(['c0?', 'c1?'])
})
