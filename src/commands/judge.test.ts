import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { judge } from './judge.ts'
import { recordedIo } from './testing/recorded-io.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** Judges a healthy service; `spoil` is called once with the folder, when the checks begin. */
async function judgeSpoilt(reporters: readonly string[], spoil: (cwd: string) => void) {
  let isSpoilt = false
  const errors: string[] = []
  const io = recordedIo({
    stderr(text) {
      errors.push(text)
      if (isSpoilt || !text.includes('checks')) return
      isSpoilt = true
      spoil(io.cwd)
    },
  })
  const choices = reporters.map((path) => ({ name: 'junit', path }))
  const code = await judge(
    'check',
    { url: simulator.url, suites: ['health'], json: true, reporters: choices },
    io,
  )
  return { code, out: io.out(), err: errors.join('') }
}

test('a history that became unusable after the run is a warning below the verdict, which stands', async () => {
  const { code, out, err } = await judgeSpoilt([], (cwd) => {
    for (const end of ['', '-wal', '-shm'])
      writeFileSync(join(cwd, `.infergate/history.sqlite${end}`), 'x'.repeat(9_000))
  })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ verdict: 'PASS', exitCode: 0 })
  expect(err).toMatch(/\nPASS: .*\nwarning: This run is not in the history.*: \S.*\n$/)
})

test("a reporter's path that became unusable after the run is a warning below the verdict, which stands", async () => {
  const { code, out, err } = await judgeSpoilt(['out/junit.xml'], (cwd) => {
    mkdirSync(join(cwd, 'out/junit.xml/in-the-way'), { recursive: true })
  })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ verdict: 'PASS' })
  expect(err).toMatch(/\nPASS: .*\nwarning: The report .*junit\.xml could not be written.*another path/)
})

test("a reporter's path that cannot be written is refused before any load", async () => {
  const io = recordedIo()
  writeFileSync(join(io.cwd, 'file'), '')
  const flags = { url: simulator.url, reporters: [{ name: 'junit', path: 'file/junit.xml' }] }
  await expect(judge('gate', flags, io)).rejects.toMatchObject({ code: 'reports-unwritable', exitCode: 30 })
  expect(io.err()).toBe('')
})
