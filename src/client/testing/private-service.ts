import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { completion, json } from './raw-server.ts'

/** A file of the private authority `private-authority.pem`, which signed the others. */
export const pem = (name: 'authority' | 'server' | 'client'): string =>
  join(import.meta.dirname, `private-${name}.pem`)

/** A service by TLS with a certificate of the private authority, for 127.0.0.1 and service.test; it may ask for a client's. */
export async function startPrivateService({ asksForClient = false } = {}) {
  const own = readFileSync(pem('server'))
  const server = tls.createServer(
    {
      key: own,
      cert: own,
      ca: readFileSync(pem('authority')),
      requestCert: asksForClient,
      rejectUnauthorized: asksForClient,
    },
    (socket) => {
      socket.on('error', () => {})
      socket.on('data', () => socket.write(json(completion('hello'))))
    },
  )
  server.on('tlsClientError', () => {})
  return listening(server)
}

/** A proxy that tunnels every host to this machine, which is where these tests' hosts are, and keeps what it was asked for. */
export async function startProxy(status = 200) {
  const asked: string[] = []
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      const [, place = '', port = ''] = /^CONNECT ([^ ]+):(\d+) /.exec(bytes.toString('latin1')) ?? []
      asked.push(`${place}:${port}`)
      socket.write(`HTTP/1.1 ${status} X\r\n\r\n`)
      if (status !== 200) return
      const service = net.connect(Number(port), '127.0.0.1')
      service.on('error', () => socket.destroy())
      service.on('close', () => socket.destroy())
      socket.on('close', () => service.destroy())
      socket.pipe(service).pipe(socket)
    })
  })
  return Object.assign(await listening(server), { asked })
}

async function listening(server: net.Server) {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
