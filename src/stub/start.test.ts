import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { startStub } from './index.ts'
import { lastAllowedCore } from './pin.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a stub is gone with the process that started it, however that ended', async () => {
  const script = `
    import { startStub } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    const stub = await startStub({}, { isPinned: false })
    process.stdout.write(String(stub.pid))`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script])
  const [pid] = await once(parent.stdout, 'data')
  expect(isAlive(Number(pid))).toBe(true)
  parent.kill('SIGKILL')
  while (isAlive(Number(pid))) await systemClock.sleep(5)
})

test('a stub that is disposed has ended, and says where it ran', async () => {
  const stub = await startStub()
  expect(stub.core).toSatisfy(
    (core) => Number.isInteger(core.pinnedTo) || typeof core.unpinnedBecause === 'string',
  )
  await stub[Symbol.asyncDispose]()
  expect(isAlive(stub.pid)).toBe(false)
})

test('a stub that cannot start says why', async () => {
  await using taken = await startStub({}, { isPinned: false })
  await expect(startStub({ port: Number(new URL(taken.url).port) })).rejects.toThrow(
    /did not start.*EADDRINUSE/s,
  )
  await expect(startStub({ tokens: 0 })).rejects.toThrow(
    /--tokens must be a whole number of at least 1, not "0"/,
  )
})

test('the last core of a list is the one to pin to', () => {
  expect(lastAllowedCore('Cpus_allowed:\t103\nCpus_allowed_list:\t0-1,8\nMems_allowed:\t1')).toBe(8)
  expect(lastAllowedCore('Cpus_allowed_list:\t3\n')).toBe(3)
})
