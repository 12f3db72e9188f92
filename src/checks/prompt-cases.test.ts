import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { completion, json, startRawServer } from '../client/testing/raw-server.ts'
import { systemClock } from '../clock.ts'
import type { Check } from '../records/index.ts'
import { loadPromptCases, runCheck, Session } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'infergate-cases-'))
afterAll(() => rmSync(folder, { recursive: true }))

const cases = (lines: readonly string[]) => {
  const file = join(folder, 'cases.jsonl')
  writeFileSync(file, lines.join('\n'))
  return loadPromptCases([file])
}

/** What becomes of one case where the service answers so, and what it was asked. */
async function judge(
  line: object,
  answer: string,
): Promise<{ check: Check; asked: Record<string, unknown> }> {
  const [promise] = cases([JSON.stringify({ id: 'x.y', prompt: 'Say it.', ...line })])
  if (!promise) throw new Error('no case')
  await using server = await startRawServer((socket) => socket.write(json(completion(answer))))
  await using session = await Session.open({
    address: { dialect: 'openai', baseUrl: server.url, model: 'm' },
    profile: { engine: 'vllm', capabilities: ['json-schema'], missing: {} },
    ...{ boots: [], seed: 1, checkDeadlineMs: 5_000, clock: systemClock },
  })
  const check = await runCheck(promise, session)
  return { check, asked: JSON.parse(server.requests[0]?.body ?? '{}') }
}

const SCHEMA = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } }

test.each([
  [{ contains: 'Paris' }, 'It is Paris.', 'It is Rome.'],
  [{ contains: ['Paris', 'Seine'] }, 'Paris on the Seine', 'Paris'],
  [{ regex: '\\d{3}' }, 'about 120 of\nthem', 'about 12 of them'],
  [{ regex: '^yes' }, 'yes, it is', 'oh yes'],
  [{ schema: SCHEMA }, '{"city":"Paris"}', '{"town":"Paris"}'],
  [{ contains: 'Paris', schema: SCHEMA }, '{"city":"Paris"}', '{"city":"Rome"}'],
])('a case with %o holds or is broken by the text alone', async (line, good, bad) => {
  expect((await judge(line, good)).check).toMatchObject({ id: 'x.y', outcome: 'passed', required: true })
  const { check } = await judge(line, bad)
  expect(check).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('the text is') })
  expect(check.evidence?.[0]?.curl).toContain('Say it.')
})

test('a case asks as its line says, greedily and for 256 tokens where it says nothing', async () => {
  const { asked } = await judge({ contains: 'x' }, 'x')
  expect(asked).toMatchObject({ prompt: 'Say it.', max_tokens: 256, temperature: 0 })
  const own = await judge({ schema: SCHEMA, maxTokens: 9, temperature: 0.5 }, '{"city":"x"}')
  expect(own.asked).toMatchObject({ max_tokens: 9, temperature: 0.5 })
  expect(JSON.stringify(own.asked)).toContain(JSON.stringify(SCHEMA))
})

test('each line is a promise with an id of its own; empty lines are none', () => {
  const promises = cases([
    '{"id":"geo.paris","prompt":"a","contains":"b","says":"it knows Paris"}',
    '',
    '{"id":"geo.rome","prompt":"a","regex":"b","route":"chat","required":false}',
  ])
  expect(promises.map(({ entry }) => [entry.id, entry.suite, entry.required])).toEqual([
    ['geo.paris', 'geo', true],
    ['geo.rome', 'geo', false],
  ])
  expect(promises[0]?.entry.says).toBe('it knows Paris')
  expect(promises[1]?.definition.needs).toEqual(['chat'])
})

test.each([
  ['no JSON', '{"id":"x.y",', /cases\.jsonl:2 is no JSON/],
  ['no object', '[]', /cases\.jsonl:2 is no case/],
  ['no id', '{"prompt":"a","contains":"b"}', /:2 is no case: id: /],
  ['a bad id', '{"id":"xy","prompt":"a","contains":"b"}', /:2 .*id: an id reads suite\.what-it-promises/],
  ['no prompt', '{"id":"x.y","contains":"b"}', /:2 .*prompt: /],
  [
    'nothing expected',
    '{"id":"x.y","prompt":"a"}',
    /:2 .*nothing is expected.*`contains`, `regex` or `schema`/,
  ],
  ['a bad pattern', '{"id":"x.y","prompt":"a","regex":"("}', /:2 .*regex: SyntaxError/],
  ['an unknown key', '{"id":"x.y","prompt":"a","contains":"b","regexp":"c"}', /:2 .*"regexp"/],
])('a line with %s is refused with file and line', (_, line, says) => {
  const load = () => cases(['{"id":"x.fine","prompt":"a","contains":"b"}', line])
  expect(load).toThrow(
    expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(says) }),
  )
})

test('a file without a case, or without a file, is refused', () => {
  expect(() => cases([''])).toThrow(/has none: write one JSON object a line/)
  expect(() => loadPromptCases([join(folder, 'absent.jsonl')])).toThrow(/cannot be read: correct `cases`/)
})
