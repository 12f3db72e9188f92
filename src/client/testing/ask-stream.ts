import { systemClock } from '../../clock.ts'
import type { Generation, GenerationRequest } from '../../records/index.ts'
import type { CallOptions, ClientOptions } from '../client.ts'
import { createClient } from '../http-client.ts'
import { STREAM_HEAD, startRawServer } from './raw-server.ts'

/** A short request, streamed. Tests only. */
export const PROMPT: GenerationRequest = { prompt: 'hi', maxTokens: 4, stream: true }

/** Writes an answer on the socket of a request. */
export type Write = Parameters<typeof startRawServer>[0]

export async function askStream(
  write: Write,
  call: CallOptions & { request?: Partial<GenerationRequest>; client?: ClientOptions } = {},
): Promise<Generation> {
  await using server = await startRawServer(write)
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' }, call.client)
  return await client.generate({ ...PROMPT, ...call.request }, call)
}

/** Writes the pieces apart in time, so that each is a read of its own, and closes. */
export const inPieces =
  (...pieces: (string | Buffer)[]): Write =>
  async (socket) => {
    socket.write(STREAM_HEAD)
    for (const piece of pieces) {
      await systemClock.sleep(15)
      socket.write(piece)
    }
    socket.end()
  }

export const atOnce =
  (...pieces: (string | Buffer)[]): Write =>
  (socket) => {
    socket.write(Buffer.concat([STREAM_HEAD, ...pieces.map((piece) => Buffer.from(piece))]))
    socket.end()
  }
