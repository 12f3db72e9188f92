import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openai } from './dialects/openai.ts'
import { WireFault } from './failure.ts'
import { Capture, endsWithMarker } from './load-capture.ts'
import { LoadStream } from './load-stream.ts'
import { type Assembled, assembleStream } from './stream.ts'
import { DONE, delta } from './testing/raw-server.ts'

const folder = join(import.meta.dirname, '../../fixtures/streams')
/** The bodies of all streams that real engines sent. */
const recorded = globSync(join(folder, '*/*streamed*.json'))
  .toSorted()
  .map((file) => JSON.parse(readFileSync(file, 'utf8')))
  .filter(({ response }) => /event-stream/.test(response.headers['content-type']))
  .map(({ request, response }) => ({
    operation: request.path.includes('chat') ? ('chat' as const) : ('generate' as const),
    body: response.body as string,
  }))

const { stream = expect.unreachable() } = openai

type Seen = Partial<Assembled> & { readonly fault?: string | undefined }

/** What both must agree on; stamps are the numbers of the reads. */
const seen = (assembled: Assembled, fault: WireFault | undefined): Seen => ({
  text: assembled.text,
  reasoning: assembled.reasoning,
  finishReason: assembled.finishReason ?? '',
  contentAtMs: assembled.contentAtMs,
  ...(assembled.usage && { usage: assembled.usage }),
  ...(assembled.error && { error: assembled.error }),
  shape: { ...assembled.shape, ...{ finishReasons: 0, usageEvents: 0, eventsAfterDone: 0 } },
  fault: fault?.message,
})

type Operation = 'generate' | 'chat'

function strictly(reads: readonly Buffer[], operation: Operation): Seen {
  const assembler = assembleStream(stream, operation, { maxEventChars: 4_096 })
  try {
    for (const [index, read] of reads.entries()) assembler.feed(read, index)
    assembler.finish()
  } catch (error) {
    if (error instanceof WireFault) return seen(assembler.soFar(), error)
    throw error
  }
  return seen(assembler.soFar(), undefined)
}

/** `every`: after so many reads it decodes and forgets; each read comes in two parts. */
function later(reads: readonly Buffer[], operation: Operation, every: number): Seen {
  const capture = new Capture()
  const load = new LoadStream(capture, { stream, operation, maxEventChars: 4_096 })
  for (const [index, read] of reads.entries()) {
    capture.add(read.subarray(0, 3), index, false)
    capture.add(read.subarray(3), index, true)
    if (index % every !== 0) continue
    while (load.decode(2));
    load.forget()
  }
  while (load.decode(2));
  return seen(load.finish(true), load.fault)
}

function cut(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const cuts = [...new Set(at.map((place) => place % bytes.length))].filter((place) => place > 0)
  const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end))
}

const reads = (most: number) => fc.array(fc.nat(100_000), { maxLength: most })

test('every recorded stream, however its reads fell, says what it says to the strict client', () => {
  expect(recorded.length).toBeGreaterThan(10)
  const spelled = fc.constantFrom<(body: string) => string>(
    (body) => body,
    (body) => body.replaceAll('\n', '\r\n'),
    (body) => body.replaceAll('\n', '\r'),
    (body) => body.replaceAll('data: ', 'data:'),
    (body) => body.replaceAll('\n\n', '\n\n: ping – pong\n\n'),
    (body) => body.replaceAll('data: {', 'event: message\ndata: {'),
    (body) => `\uFEFF${body}`,
    (body) => body.replaceAll('Hello', 'h€𝛑🙂\uFFFD'),
    (body) => body.replace('[DONE]\n\n', '[DONE]'),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...recorded),
      spelled,
      reads(60),
      fc.integer({ min: 1, max: 9 }),
      (one, spell, at, every) => {
        const pieces = cut(Buffer.from(spell(one.body)), at)
        expect(later(pieces, one.operation, every)).toEqual(strictly(pieces, one.operation))
      },
    ),
    { seed: 11, numRuns: 400 },
  )
})

test('a stream with a broken byte fails as it does for the strict client, with the same text before it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...recorded),
      reads(20),
      fc.nat(100_000),
      fc.nat(255),
      (one, at, place, byte) => {
        const bytes = Buffer.from(one.body)
        bytes[place % bytes.length] = byte
        const pieces = cut(bytes, at)
        expect(later(pieces, one.operation, 3)).toEqual(strictly(pieces, one.operation))
      },
    ),
    { seed: 13, numRuns: 600 },
  )
})

test('an end marker is seen when its empty line has come, and nothing else is one', () => {
  const ends = (...texts: string[]) => {
    const capture = new Capture()
    for (const text of texts) capture.add(Buffer.from(text), 0, false)
    return endsWithMarker(capture, Buffer.from(texts.at(-1) ?? ''), '[DONE]')
  }
  for (const end of [DONE, DONE.replaceAll('\n', '\r\n'), 'data:[DONE] \n\n'])
    expect(ends(delta('a'), ...end)).toBe(true)
  for (const end of [
    'data: [DONE]',
    'data: [DONE]\n',
    delta('[DONE]'),
    '[DONE]\n\n',
    `${DONE}x`,
    ': [DONE]\n\n',
  ])
    expect(ends(delta('a'), end), end).toBe(false)
})
