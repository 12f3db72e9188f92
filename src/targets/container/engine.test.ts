import { chmodSync, globSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDaemonError } from './daemon-error.ts'
import { connectEngine } from './engine.ts'
import { bindMounts } from './mounts.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-engine-'))

test.each([
  ['a socket that is not there', 'unix:///no/such/docker.sock', /ENOENT.*start it.*no other was tried\.$/],
  ['a port where nobody listens', 'tcp://127.0.0.1:1', /ECONNREFUSED.*no other was tried\.$/],
  ['another machine', 'tcp://192.0.2.1:2375', /is another machine.*run infergate on that machine/],
  ['a way that we cannot go', 'ssh://someone@host', /give a unix:\/\/ socket/],
  ['no address', 'docker', /give a unix:\/\/ socket/],
])('DOCKER_HOST with %s is an error that names it', async (_, address, says) => {
  await expect(connectEngine({ DOCKER_HOST: address })).rejects.toMatchObject({
    code: 'no-container-engine',
    exitCode: 30,
    message: expect.stringMatching(says),
  })
  await expect(connectEngine({ DOCKER_HOST: address })).rejects.toThrow(address)
})

test('a socket that speaks no HTTP is no engine', async () => {
  const socket = join(scratch, 'other.sock')
  const server = createServer((peer) => peer.end('SSH-2.0-x\r\n')).listen(socket)
  chmodSync(socket, 0o600)
  await expect(connectEngine({ DOCKER_HOST: `unix://${socket}` })).rejects.toMatchObject({
    code: 'no-container-engine',
  })
  server.close()
})

test('a mount is refused when it is absent, a socket, or holds the one of the engine', async () => {
  const socket = join(scratch, 'engine.sock')
  const server = createServer().listen(socket)
  const mount = (source: string) => () =>
    bindMounts([{ source, target: '/x', writable: false }], `unix://${socket}`)
  expect(mount('/no/such/folder')).toThrow(/does not exist/)
  for (const source of [socket, scratch, '/']) expect(mount(source)).toThrow(/socket/)
  expect(mount(import.meta.dirname)()).toEqual([
    { Type: 'bind', Source: import.meta.dirname, Target: '/x', ReadOnly: true },
  ])
  server.close()
})

test('the words of an engine are read without those of its client', () => {
  const json = { message: 'could not select\n device driver' }
  expect(readDaemonError({ statusCode: 500, json })).toEqual({
    says: 'could not select device driver',
    status: 500,
  })
  expect(readDaemonError(new Error('(HTTP code 404) no such image - none: nope')).says).toBe('none: nope')
  expect(readDaemonError('odd').says).toBe('odd')
})

test('testcontainers is loaded where a container is asked for, and nowhere before', () => {
  const root = join(import.meta.dirname, '../..')
  const loaders = globSync('**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .filter((text) => text.includes("'testcontainers'"))
  expect(loaders.length).toBeGreaterThan(1)
  for (const text of loaders) expect(text).not.toMatch(/^import (?!type )[^\n]*'testcontainers'/m)
})
