import type { Socket } from 'node:net'
import type { Generation } from '../../records/index.ts'
import type { CallOptions, ClientOptions } from '../client.ts'
import { createClient } from '../http-client.ts'
import { startRawServer } from './raw-server.ts'

/** One short generation from a service at this address, by a client of its own. Tests only. */
export async function ask(baseUrl: string, options?: ClientOptions, call?: CallOptions): Promise<Generation> {
  await using client = await createClient({ dialect: 'openai', baseUrl, model: 'm' }, options)
  return await client.generate({ prompt: 'hi', maxTokens: 4 }, call)
}

/** The same from a server that writes these bytes. */
export async function askRaw(
  write: (socket: Socket) => void,
  options?: ClientOptions,
  call?: CallOptions,
): Promise<Generation> {
  await using server = await startRawServer(write)
  return await ask(server.url, options, call)
}

/** How it failed, in one word; `completed` where it did not. */
export const failure = (generation: Generation): string =>
  generation.outcome === 'failed' ? generation.failure : generation.outcome
