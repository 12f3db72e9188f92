import type { GenerationRequest, LoadAnswer, ServiceAddress } from '../../records/index.ts'
import { type LoadClientOptions, openLoadClient, type SendOptions } from '../load-client.ts'
import { PROMPT, type Write } from './ask-stream.ts'
import { startRawServer } from './raw-server.ts'

type Options = SendOptions & {
  readonly request?: Partial<GenerationRequest>
  readonly client?: LoadClientOptions
  readonly address?: Partial<ServiceAddress>
}

/** One answer of a server that writes these bytes, by a load client of its own. Tests only. */
export async function load(write: Write, options: Options = {}): Promise<LoadAnswer> {
  await using server = await startRawServer(write)
  return await loadFrom(server.url, options)
}

export async function loadFrom(baseUrl: string, options: Options = {}): Promise<LoadAnswer> {
  const { request, client: own, address, ...send } = options
  await using client = await openLoadClient({ dialect: 'openai', baseUrl, model: 'm', ...address }, own)
  return await client.send(client.prepare({ ...PROMPT, ...request }), send)
}
