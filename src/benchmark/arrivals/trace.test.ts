import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { HarnessError } from '../../errors.ts'
import { dueTimesHash } from './due-times.ts'
import { readTrace } from './trace.ts'

const folder = mkdtempSync(join(tmpdir(), 'infergate-trace-'))
afterAll(() => rmSync(folder, { recursive: true }))

const written = (content: string | Uint8Array): string => {
  const file = join(folder, 'trace')
  writeFileSync(file, content)
  return file
}
const read = (content: string | Uint8Array, window = {}, extent = {}) =>
  readTrace({ file: written(content), ...window }, extent)

/** The message of the refusal, without the folder; it must be wrong usage. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof HarnessError)) throw new Error(`no refusal but ${error}`)
  expect(error.code).toBe('usage')
  return error.message.replaceAll(`${folder}/`, '')
}

const MOONCAKE = [
  '{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, 48]}',
  '{"timestamp": 30535, "input_length": 6472, "output_length": 26, "hash_ids": [46, 47, 2353]}',
  '{"timestamp": 30535.25, "input_length": 1, "output_length": 1}',
]
const AZURE = [
  'TIMESTAMP,ContextTokens,GeneratedTokens',
  '2023-11-16 18:17:03.9799600,4808,10',
  '2023-11-16 18:17:04.0319600,3180,8',
  '2023-11-16 18:17:04.0781490,110,27',
  '2023-11-17 00:00:00,7433,14',
]
const mooncake = (timestamp: number) => `{"timestamp":${timestamp},"input_length":8,"output_length":4}`

test('a Mooncake trace is due in milliseconds after its first entry', async () => {
  expect(await read(MOONCAKE.join('\n'))).toEqual([
    { dueMs: 0, inputTokens: 6955, outputTokens: 52, hashIds: [46, 47, 48] },
    { dueMs: 3053, inputTokens: 6472, outputTokens: 26, hashIds: [46, 47, 2353] },
    { dueMs: 3053.25, inputTokens: 1, outputTokens: 1 },
  ])
})

test('an Azure trace keeps its decimals below the millisecond, over midnight too', async () => {
  expect(await read(AZURE.join('\n'))).toEqual([
    { dueMs: 0, inputTokens: 4808, outputTokens: 10 },
    { dueMs: 52, inputTokens: 3180, outputTokens: 8 },
    { dueMs: 98.189, inputTokens: 110, outputTokens: 27 },
    { dueMs: 20_576_020.04, inputTokens: 7433, outputTokens: 14 },
  ])
})

test('an Azure trace of 2024 has offsets and times without decimals', async () => {
  const lines = [
    'TIMESTAMP,ContextTokens,GeneratedTokens',
    '2024-05-10 00:00:00.009930+00:00,2162,5',
    '2024-05-10 00:00:01+00:00,10,5',
    '2024-05-10 02:00:01.000001+02:00,10,5',
  ]
  expect((await read(lines.join('\n'))).map(({ dueMs }) => dueMs)).toEqual([0, 990.07, 990.071])
})

test.each([
  { name: 'a byte order mark', content: `\uFEFF${AZURE.join('\n')}\n` },
  { name: 'CRLF', content: `${AZURE.join('\r\n')}\r\n` },
  { name: 'blank lines', content: `\n\n${AZURE.join('\n\n')}\n\n` },
])('$name changes nothing', async ({ content }) => {
  expect(await read(content)).toEqual(await read(AZURE.join('\n')))
})

test('a character that two reads of the file share is one character', async () => {
  const comment = `{"timestamp":1,"input_length":8,"output_length":4,"${'é'.repeat(70_000)}":1}`
  expect(await refusal(read(`${mooncake(0)}\n ${comment}`))).toMatch(/line 2: "éé/)
})

describe('a window', () => {
  const trace = [0, 1000, 2000, 3000, 4000].map(mooncake).join('\n')
  const due = async (window: object, extent: object) =>
    (await read(trace, window, extent)).map(({ dueMs }) => dueMs)

  test('keeps the distance from where it begins', async () => {
    expect(await due({ fromMs: 500 }, { durationMs: 2000 })).toEqual([500, 1500])
    expect(await due({ fromMs: 1000 }, { durationMs: 2000 })).toEqual([0, 1000])
    expect(await due({}, { count: 2 })).toEqual([0, 1000])
  })

  test('of a faster replay takes more of the trace', async () => {
    expect(await due({ speed: 2, fromMs: 1000 }, { durationMs: 1000 })).toEqual([0, 500])
    expect(await due({ speed: 0.5 }, { durationMs: 5000 })).toEqual([0, 2000, 4000])
  })

  test('leaves the lines after its end unread', async () => {
    expect(await read(`${trace}\nno JSON`, {}, { durationMs: 4000 })).toHaveLength(4)
    expect(await read(`${trace}\nno JSON`, {}, { count: 5 })).toHaveLength(5)
    expect(await refusal(read(`${trace}\nno JSON`, {}, { durationMs: 4001 }))).toMatch(/line 6/)
  })

  test('without an entry is refused', async () => {
    expect(await refusal(read(trace, { fromMs: 4500 }))).toBe(
      'The trace trace has no entry from 4.5 s on: choose another window; nothing was sent.',
    )
    expect(await refusal(read(trace, { fromMs: 1500 }, { durationMs: 400 }))).toMatch(
      /no entry from 1.5 s on and before 1.9 s/,
    )
  })
})

test('bad lines are named by number and reason, the first five of them, and counted', async () => {
  const lines = [
    mooncake(0),
    '{"timestamp": 1, "input_length": 8',
    '{"timestamp": 1, "output_length": 4}',
    '{"timestamp": 1, "input_length": -8, "output_length": 4}',
    '{"timestamp": 1, "input_length": 8, "output_length": 4.5}',
    '{"timestamp": NaN, "input_length": 8, "output_length": 4}',
    '{"timestamp": 1, "input_length": 1e300, "output_length": 4}',
    '[]',
  ]
  expect(await refusal(read(lines.join('\n')))).toBe(
    [
      'The trace trace has 7 bad lines, the first 5:',
      '  line 2: it is not a JSON object',
      '  line 3: input_length is missing: it must be a whole number from 1 to 10000000',
      '  line 4: input_length is -8: it must be a whole number from 1 to 10000000',
      '  line 5: output_length is 4.5: it must be a whole number from 1 to 10000000',
      '  line 6: it is not a JSON object',
      'Correct or remove them and run again; nothing was sent.',
    ].join('\n'),
  )
})

test.each([
  ['{"input_length":8,"output_length":4}', 'timestamp is missing'],
  ['{"timestamp":-1,"input_length":8,"output_length":4}', 'timestamp is -1: it must be'],
  ['{"timestamp":1e999,"input_length":8,"output_length":4}', 'timestamp is Infinity: it must be'],
  ['{"timestamp":"1","input_length":8,"output_length":4}', 'timestamp is "1": it must be'],
  ['{"timestamp":1,"input_length":0,"output_length":4}', 'input_length is 0: it must be'],
  ['{"timestamp":1,"input_length":8,"output_length":10000001}', 'output_length is 10000001: it must be'],
  ['{"timestamp":1,"input_length":8,"output_length":4,"hash_ids":[1.5]}', 'hash_ids is [1.5]: it must be'],
  ['{"timestamp":1,"input_length":8,"output_length":4,"hash_ids":null}', 'hash_ids is null: it must be'],
  [
    '{"timestamp":1,"input_length":8,"output_length":4,"chat_id":1}',
    '"chat_id" is not a field of a Mooncake',
  ],
  [
    `${mooncake(9000)}\n${mooncake(8999.5)}`,
    'its time is 0.5 ms before that of an entry above it: sort the file',
  ],
  [mooncake(1_700_000_000_000_000), 'its time is 19675926 days after the first entry'],
])('of a Mooncake trace %s is bad', async (line, reason) => {
  expect(await refusal(read(`${mooncake(0)}\n${line}`))).toContain(`: ${reason}`)
})

test.each([
  ['2023-11-16 18:17:04.0319600,3180', 'it has 2 columns: expected TIMESTAMP,ContextTokens,GeneratedTokens'],
  ['2023-11-16 18:17:04.0319600,3180,8,1', 'it has 4 columns'],
  ['2023-02-30 18:17:04,3180,8', 'TIMESTAMP is "2023-02-30 18:17:04": it must be a time such as'],
  ['2023-11-16 25:17:04,3180,8', 'TIMESTAMP is'],
  ['16/11/2023 18:17,3180,8', 'TIMESTAMP is'],
  [',3180,8', 'TIMESTAMP is missing'],
  ['2023-11-16 18:17:04,,8', 'ContextTokens is missing'],
  ['2023-11-16 18:17:04,3180,-8', 'GeneratedTokens is -8: it must be'],
  ['2023-11-16 18:17:04,3180,8.5', 'GeneratedTokens is 8.5: it must be'],
  ['2023-11-16 18:17:04,3180,NaN', 'GeneratedTokens is "NaN": it must be'],
  ['2023-11-16 18:17:04,0x10,8', 'ContextTokens is "0x10": it must be'],
  ['2023-11-16 18:17:03.97995,3180,8', 'its time is 0.01 ms before'],
])('of an Azure trace %s is bad', async (line, reason) => {
  expect(await refusal(read([...AZURE.slice(0, 2), line].join('\n')))).toContain(`line 3: ${reason}`)
})

test('what is no trace is refused with the reason', async () => {
  const known = /of no known form: line 1 is neither a JSON object .* nor the header/
  expect(await refusal(read(AZURE.slice(1).join('\n')))).toMatch(known)
  expect(await refusal(read('TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n'))).toMatch(known)
  expect(await refusal(read('[{"timestamp": 0}]'))).toMatch(known)
  for (const empty of ['', '\n \n', '\uFEFF', AZURE[0] ?? ''])
    expect(await refusal(read(empty))).toBe(
      'The trace trace has no entry: give one that has; nothing was sent.',
    )
})

test('what cannot be read is refused with the reason', async () => {
  const message = (file: string) => refusal(readTrace({ file }))
  expect(await message(join(folder, 'none.csv'))).toMatch(/none\.csv cannot be read: it does not exist\./)
  expect(await message(folder)).toMatch(/cannot be read: it is a folder\./)
  expect(await refusal(read(gzipSync(AZURE.join('\n'))))).toMatch(/it is binary/)
  expect(await refusal(read(Buffer.from(AZURE.join('\n'), 'utf16le')))).toMatch(
    /it is binary, or text in UTF-16/,
  )
  expect(await refusal(read(Uint8Array.of(0x7b, 0xc3)))).toMatch(/it is binary or compressed, not UTF-8/)
  expect(await refusal(read('x'.repeat(5 * 2 ** 20)))).toMatch(/a line of more than 4194304 characters/)
})

test('the hash of a trace is that of its due times', async () => {
  const entries = await read(AZURE.join('\n'))
  expect(dueTimesHash(entries.map(({ dueMs }) => dueMs))).toBe(dueTimesHash([0, 52, 98.189, 20_576_020.04]))
})
