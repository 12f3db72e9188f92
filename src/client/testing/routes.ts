import { json, type RawServer, startRawServer } from './raw-server.ts'

/** Whole answers by method and path, such as `GET /health`; what has none is not found. */
export type Routes = Readonly<Record<string, Buffer>>

export const NOT_FOUND: Buffer = json({ detail: 'Not Found' }, 404)
export const MODELS: Buffer = json({ object: 'list', data: [{ id: 'tiny', owned_by: 'vllm' }] })

/** Serves the routes; a stream ends with its connection. Tests only. */
export const serve = (routes: Routes): Promise<RawServer> =>
  startRawServer((socket, { head }) => {
    const [method, path] = head.split(' ')
    const bytes = routes[`${method} ${path}`] ?? NOT_FOUND
    socket.write(bytes)
    if (/^connection: close/im.test(bytes.toString('latin1'))) socket.end()
  })
