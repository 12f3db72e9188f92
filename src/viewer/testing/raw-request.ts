import { connect } from 'node:net'

export type RawAnswer = { readonly status: number; readonly head: string; readonly body: string }

/** One request, byte by byte as it is given: what no client of ours would send. */
export async function rawRequest(url: string, lines: readonly string[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`)
  let text = ''
  for await (const part of socket.setEncoding('utf8')) text += part
  const [head = '', ...body] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body: body.join('\r\n\r\n') }
}

/** A plain GET of a path as it stands. */
export const rawGet = (url: string, path: string, headers: readonly string[] = []): Promise<RawAnswer> =>
  rawRequest(url, [`GET ${path} HTTP/1.1`, `host: ${new URL(url).host}`, ...headers])
