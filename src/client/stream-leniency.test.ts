import { expect, test } from 'vitest'
import { askRaw } from './testing/ask.ts'
import { askStream, atOnce, inPieces, type Write } from './testing/ask-stream.ts'
import { completion, DONE, delta, event, json, STREAM_HEAD } from './testing/raw-server.ts'

/** What is not OpenAI's wire to the letter, and what every client lives with. */

const chat = (choice: object) => event({ choices: [{ index: 0, ...choice }] })
const onChat = { request: { route: 'chat' } } as const

test('a chunk owes no text and no delta; a whole answer does', async () => {
  const last = event({ choices: [{ index: 0, finish_reason: 'stop' }] })
  expect(await askStream(atOnce(delta('a'), last, DONE))).toMatchObject({ text: 'a', finishReason: 'stop' })
  for (const choice of [{ delta: null, finish_reason: 'stop' }, { finish_reason: 'stop' }])
    expect(
      await askStream(atOnce(chat({ delta: { content: 'a' } }), chat(choice), DONE), onChat),
    ).toMatchObject({
      ...{ outcome: 'completed', text: 'a', finishReason: 'stop' },
    })
  const textless = { choices: [{ index: 0, finish_reason: 'stop' }] }
  expect(await askRaw((socket) => socket.write(json(textless)))).toMatchObject({ failure: 'malformed-body' })
})

test('an event with the usage may have no choices, an empty list or null', async () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
  for (const choices of [{}, { choices: [] }, { choices: null }])
    expect(await askStream(atOnce(delta('a', 'stop'), event({ ...choices, usage }), DONE))).toMatchObject({
      ...{ outcome: 'completed', usage: { totalTokens: 3 } },
    })
})

test('a first event without choices, and a null choices list, is no token', async () => {
  for (const choices of [[], null])
    expect(await askStream(atOnce(event({ model: '', choices }), delta('a', 'stop'), DONE))).toMatchObject({
      ...{ outcome: 'completed', text: 'a', stream: { contentEvents: 1 } },
    })
})

test('an empty finish reason is none: the real one comes in the last chunk, or the stream is cut', async () => {
  const whole = await askStream(atOnce(delta('a', ''), delta('b', ''), delta('', 'length'), DONE))
  expect(whole).toMatchObject({ finishReason: 'length', stream: { finishReasons: 1 } })
  expect(await askStream(atOnce(delta('a', ''), DONE))).toMatchObject({ failure: 'truncated-stream' })
  expect(await askRaw((socket) => socket.write(json(completion('a', ''))))).toMatchObject({
    message: 'the answer has no finish reason',
  })
})

test('the lines of a stream may end in CRLF or CR, and its fields go without a space', async () => {
  const bytes = `: hi\n\n${delta('a')}${delta('b', 'stop')}${DONE}`.replaceAll('data: ', 'data:')
  for (const end of ['\n', '\r\n', '\r'])
    expect(await askStream(atOnce(bytes.replaceAll('\n', end)))).toMatchObject({ text: 'ab' })
})

test('the end marker needs no empty line after it; a cut event is none', async () => {
  for (const end of ['data: [DONE]', 'data: [DONE]\n', 'data:[DONE]\r\n'])
    expect(await askStream(atOnce(delta('a', 'stop'), end))).toMatchObject({ outcome: 'completed' })
  const cut = delta('b', 'stop').trimEnd()
  expect(await askStream(atOnce(delta('a'), cut))).toMatchObject({ failure: 'truncated-stream', text: 'a' })
})

const leftOpen =
  (...pieces: string[]): Write =>
  async (socket) => {
    socket.write(STREAM_HEAD)
    for (const piece of pieces) {
      socket.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

test('a stream that stays open is complete with its end marker, after a wait that is not its time', async () => {
  const began = performance.now()
  const generation = await askStream(leftOpen(delta('a', 'stop'), DONE))
  expect(performance.now() - began).toBeGreaterThan(400)
  expect(generation).toMatchObject({ outcome: 'completed', text: 'a', stream: { leftOpen: true } })
  expect(generation.timing.e2eMs).toBeLessThan(400)
})

test('what comes after the end marker is seen, though the stream stays open', async () => {
  expect(await askStream(leftOpen(delta('a', 'stop'), DONE, delta('late')))).toMatchObject({
    stream: { eventsAfterDone: 1, leftOpen: true },
  })
})

test('a deadline that falls into the wait is no failure, and a stream that ends is not left open', async () => {
  expect(await askStream(leftOpen(delta('a', 'stop'), DONE), { timeoutMs: 300 })).toMatchObject({
    ...{ outcome: 'completed', text: 'a' },
  })
  const ended = await askStream(inPieces(delta('a', 'stop'), DONE))
  expect('stream' in ended && ended.stream).not.toHaveProperty('leftOpen')
})
