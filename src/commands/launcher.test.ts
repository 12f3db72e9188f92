import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordedIo } from './testing/recorded-io.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'infergate.mjs')
/** Makes a Node of today call itself an old one, so that the launcher looks for the one that npm installed. */
const OLD = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.0.0' } })")}`

function launch(args: readonly string[], file = launcher, node: readonly string[] = ['--import', OLD]) {
  const child = spawn(process.execPath, [...node, file, ...args], {
    cwd: recordedIo().cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, text: () => text }
}

test('on an older Node the one that npm installed runs, with the arguments and the exit code passed on', async () => {
  const [version, wrong] = [launch(['--version']), launch(['gaet'])]
  expect(await version.ended, version.text()).toBe(0)
  expect(version.text()).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(await wrong.ended).toBe(2)
  expect(wrong.text()).toContain('Did you mean gate?')
})

test('a signal to the launcher reaches the command, which ends in its own way', async () => {
  const { child, ended, text } = launch(['simulate', '--profile', 'instant'])
  while (!text().includes('curl')) await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill('SIGINT')
  expect(await ended, text()).toBe(0)
})

test('a launcher that is killed outright takes its command with it', async () => {
  const { child, ended, text } = launch(['simulate', '--profile', 'instant'])
  while (!text().includes('curl')) await new Promise((resolve) => setTimeout(resolve, 20))
  const url = text().match(/http:\S+/)?.[0] ?? ''
  child.kill('SIGKILL')
  // The command holds the same pipes: they close when it has ended too.
  await ended
  await expect(fetch(url)).rejects.toThrow()
})

test('with nothing to run it says so in one sentence and exits 30', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-launcher-'))
  cpSync(launcher, join(folder, 'bin', 'infergate.mjs'))
  const noCode = launch(['gate'], join(folder, 'bin', 'infergate.mjs'), [])
  expect(await noCode.ended).toBe(30)
  expect(noCode.text()).toMatch(/^infergate: .*install it again\.\n$/)
  const noNode = launch(['gate'], join(folder, 'bin', 'infergate.mjs'))
  expect(await noNode.ended).toBe(30)
  expect(noNode.text()).toMatch(/^infergate: .*install Node 24.*\n$/)
  rmSync(folder, { recursive: true })
})
