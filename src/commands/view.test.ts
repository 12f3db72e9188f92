import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { HarnessError } from '../errors.ts'
import { keepRun } from '../viewer/testing/runs.ts'
import { openInBrowser } from './open-browser.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { runView } from './view.ts'

/** A folder of programs in which xdg-open keeps what it is given, and ends with this code. */
function desktop(code = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-desktop-'))
  const [program, kept] = [join(folder, 'xdg-open'), join(folder, 'opened')]
  writeFileSync(program, `#!/bin/sh\nprintf '%s' "$1" > '${kept}'\nexit ${code}\n`)
  chmodSync(program, 0o755)
  const path = [folder, process.env['PATH']].join(delimiter)
  return { env: { PATH: path, DISPLAY: ':0' }, opened: () => readFileSync(kept, 'utf8') }
}

test('an address is handed to the desktop as it is; where none can open it, that is no error', async () => {
  const { env, opened } = desktop()
  const address = 'http://127.0.0.1:1/run/a;touch $(x)/#tab=checks&q=1'
  expect([await openInBrowser(address, env, 'linux'), opened()]).toEqual([true, address])
  expect(await openInBrowser(address, desktop(3).env, 'linux')).toBe(false)
  expect(await openInBrowser(address, { PATH: '/nowhere', DISPLAY: ':0' }, 'linux')).toBe(false)
  expect(await openInBrowser(address, { PATH: env.PATH }, 'linux')).toBe(false)
  expect(await openInBrowser(address, { ...env, CI: 'true' }, 'linux')).toBe(false)
})

test('a killed run gets the page that every other run has, and it is opened', async () => {
  const { env, opened } = desktop()
  const io = recordedIo({ env })
  const folder = keepRun(io.cwd, { name: 'killed', isOld: true })
  const file = join(folder, 'report.html')
  expect(await runView('killed', { open: true }, io)).toBe(0)
  expect(io.out()).toBe(`${file}\n`)
  expect(readFileSync(file, 'utf8')).toContain('INCONCLUSIVE')
  if (process.platform === 'linux') expect(opened()).toBe(pathToFileURL(file).href)
})

test('in CI the path is all that is said, and nothing is opened', async () => {
  const io = recordedIo({ env: { CI: 'true' } })
  const folder = keepRun(io.cwd, { name: 'a', word: 'PASS' })
  writeFileSync(join(folder, 'report.html'), 'left')
  expect(await runView('a', { open: true }, io)).toBe(0)
  expect([io.out(), io.err()]).toEqual([
    `${join(folder, 'report.html')}\n`,
    expect.stringContaining('No browser was opened'),
  ])
})

test('a run that is not there is an error with the next step', async () => {
  await expect(runView('nothing', { open: false }, recordedIo())).rejects.toMatchObject({
    code: 'run-unreadable',
  })
})

test('the list is served until Ctrl-C, also where there is no reports folder yet; that is its normal end', async () => {
  const stop = new AbortController()
  const io = recordedIo({ signal: stop.signal })
  const serving = runView(undefined, { open: false }, io)
  await expect.poll(() => io.err()).toContain('Ctrl-C ends it')
  expect(await (await fetch(io.out().trim())).text()).toContain('There is no run yet')
  stop.abort(new HarnessError('interrupted', 'Ctrl-C'))
  expect(await serving).toBe(0)
  expect(existsSync(join(io.cwd, 'reports'))).toBe(false)
})
