import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { LogFollower, type LogSource } from './follow-log.ts'
import type { Match } from './read-lines.ts'

const DEAD = 'RuntimeError: CUDA error: unspecified launch failure\n'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'infergate-log-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function follower(source: LogSource, from?: { inode: number; offset: number }) {
  const [found, told]: [Match[], string[]] = [[], []]
  const log = new LogFollower({
    ...{ cwd: folder(), env: { PATH: process.env['PATH'] ?? '' }, clock: systemClock },
    ...(from && { from }),
    found: (match) => void found.push(match),
    told: (text) => void told.push(text),
  })
  onTestFinished(() => log.stop())
  await log.follow(source)
  const until = async (n: number): Promise<readonly string[]> => {
    while (found.length < n) await systemClock.sleep(10)
    return found.map(({ signature }) => signature)
  }
  return { log, found, told, until }
}

test('a file is read from its end on, through a rotation and a cut, and goes on where another process was', async () => {
  const file = join(folder(), 'service.log')
  writeFileSync(file, DEAD)
  const { log, until, found } = await follower({ file })
  appendFileSync(file, 'INFO: all is well\nRuntimeError: CUDA er')
  appendFileSync(file, 'ror: half a line is none\n')
  await until(1)
  appendFileSync(file, DEAD)
  renameSync(file, `${file}.1`)
  writeFileSync(file, 'Segmentation fault (core dumped)\n')
  expect(await until(3)).toEqual(['cuda-error', 'cuda-error', 'crash'])
  writeFileSync(file, '')
  await systemClock.sleep(300)
  appendFileSync(file, DEAD)
  await until(4)
  expect(found.map(({ line }) => line)[0]).toBe('RuntimeError: CUDA error: half a line is none')
  await log.stop()
  appendFileSync(file, DEAD)
  const next = await follower({ file }, log.place)
  expect(await next.until(1)).toEqual(['cuda-error'])
  expect(next.found).toHaveLength(1)
})

test('a file that is not there yet is told, and read once it is', async () => {
  const file = join(folder(), 'later.log')
  const { told, until, log } = await follower({ file })
  while (told.length === 0) await systemClock.sleep(10)
  expect(told[0]).toContain('there is no file')
  expect(log.seen()?.lost).toContain('there is no file')
  writeFileSync(file, DEAD)
  await until(1)
  expect(log.seen()?.lost).toBeUndefined()
})

test('a command is followed on both its streams; one that ends is told and started again', async () => {
  const { told, until, log } = await follower({
    command: "echo 'RuntimeError: CUDA error: x' >&2; echo fine; exit 4",
  })
  await until(2)
  expect(told[0]).toMatch(/The log is not read just now: `echo .*` ended with code 4/)
  expect(log.seen()?.lines).toBeGreaterThanOrEqual(3)
})
