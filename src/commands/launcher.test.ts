import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { recordedIo } from './testing/recorded-io.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'infergate.mjs')
/** Makes this Node call itself another one: what the launcher goes by. */
const asNode = (version: string): readonly string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(`Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`)}`,
]

function launch(args: readonly string[], file = launcher, node = asNode('18.0.0')) {
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

test.for([
  ['this Node', []],
  ['an older Node', asNode('18.0.0')],
] as const)('a shell of npm that dies takes its command with it, on %s', async ([, node]) => {
  const words = [process.execPath, ...node, launcher, 'simulate', '--profile', 'instant']
  // The second command keeps the shell from becoming the first.
  const shell = spawn('sh', ['-c', '"$@"; :', 'sh', ...words], {
    cwd: recordedIo().cwd,
    env: { ...process.env, npm_config_user_agent: 'npm/11' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  shell.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const closed = new Promise((resolve) => shell.once('close', resolve))
  while (!text.includes('curl')) await new Promise((resolve) => setTimeout(resolve, 20))
  const url = text.match(/http:\S+/)?.[0] ?? ''
  expect((await fetch(new URL('/health', url))).status).toBe(200)
  shell.kill('SIGTERM')
  // The command holds the same pipe: it closes when it has ended too.
  await closed
  await expect(fetch(url)).rejects.toThrow()
})

/** The launcher in a folder of its own, with an entry that says that it runs. */
function installed(entry?: 'src/cli.ts' | 'dist/src/cli.js'): string {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-launcher-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(launcher, join(folder, 'bin', 'infergate.mjs'))
  if (entry) {
    mkdirSync(dirname(join(folder, entry)), { recursive: true })
    writeFileSync(join(folder, entry), "process.stdout.write('it runs')")
  }
  return join(folder, 'bin', 'infergate.mjs')
}

test.for(['22.22.0', '22.30.1', '24.0.0', '26.1.0'])('the package runs on Node %s', async (version) => {
  const { ended, text } = launch(['gate'], installed('dist/src/cli.js'), asNode(version))
  expect(await ended, text()).toBe(0)
  expect(text()).toBe('it runs')
})

test.for(['18.20.8', '20.20.2', '22.21.1', '23.11.1'])(
  'on Node %s the package says in one sentence what to do',
  async (version) => {
    const { ended, text } = launch(['gate'], installed('dist/src/cli.js'), asNode(version))
    expect(await ended).toBe(30)
    expect(text()).toBe(
      `infergate: Node 24 or newer is needed, or Node 22 from 22.22 on, and this is Node ${version}: install Node 24 and run it again.\n`,
    )
  },
)

test('with nothing to run it says so in one sentence and exits 30', async () => {
  const noCode = launch(['gate'], installed(), [])
  expect(await noCode.ended).toBe(30)
  expect(noCode.text()).toMatch(/^infergate: .*install it again\.\n$/)
  const noNode = launch(['gate'], installed('src/cli.ts'))
  expect(await noNode.ended).toBe(30)
  expect(noNode.text()).toMatch(/^infergate: .*install Node 24.*\n$/)
})
