import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEvents } from '../responses/read-events.ts'
import { readStreamed } from './read-calls.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/streams/vllm-0.32.0-tools')

const recorded = (pattern: string): readonly (readonly [string, string])[] =>
  globSync(pattern, { cwd: FOLDER })
    .toSorted()
    .map((file) => [file, JSON.parse(readFileSync(join(FOLDER, file), 'utf8')).response.body] as const)

test.each(recorded('{auto,named,none,required}*-streamed.json'))(
  'the calls of %s, of a real vLLM, are read without a flaw',
  (_, text) => {
    const { flaw, error, finish, calls } = readStreamed(text)
    expect({ flaw, error }).toEqual({})
    expect(['stop', 'length', 'tool_calls']).toContain(finish)
    for (const { id, name, arguments: given } of calls)
      expect([id, name, JSON.parse(String(given))]).toEqual([
        expect.any(String),
        expect.any(String),
        expect.any(Object),
      ])
  },
)

test.each(recorded('response-*-streamed.json'))(
  'the response of %s, of a real vLLM, is read without a flaw',
  (_, text) => {
    const { flaw, last, ...streamed } = readEvents({ outcome: 'completed', text } as Parameters<
      typeof readEvents
    >[0])
    expect(flaw).toBeUndefined()
    expect([streamed.text, streamed.argumentsOf]).toEqual([
      last?.text,
      last?.calls.map((call) => call.arguments),
    ])
  },
)
