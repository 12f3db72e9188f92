import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { complaintOf, runCommand } from './run-command.ts'

const cwd = () => mkdtempSync(join(tmpdir(), 'infergate-command-'))
const env = { PATH: process.env['PATH'] ?? '' }
const options = (change: object = {}) => ({
  ...{ clock: systemClock, timeoutMs: 20_000, signal: new AbortController().signal, secrets: [], ...change },
})
const sh = (text: string, folder = cwd()) => ({ argv: ['sh', '-c', text] as const, cwd: folder, env })

test('the last line of stdout that is not empty is the answer; what goes to stderr is none', async () => {
  const ran = await runCommand(sh('echo v1; echo v2; echo; echo warning >&2'), options())
  expect(ran).toMatchObject({ outcome: 'succeeded', answer: 'v2' })
  expect(ran.tail).toContain('warning')
  const coloured = await runCommand(sh("printf '\\033[32mv3\\033[0m\\n\\033[0m\\n'"), options())
  expect(coloured.answer).toBe('v3')
})

test('a command that fails is quoted with its last lines, without the secret in them', async () => {
  const lines: string[] = []
  const secrets = [new Secret('hunter2-hunter2', '[the token]')]
  const ran = await runCommand(
    sh('echo token hunter2-hunter2; exit 3'),
    options({ secrets, onLine: (line: string) => lines.push(line) }),
  )
  expect(complaintOf(['deploy'], ran)).toBe(
    'the command `deploy` failed (exit code 3); its last lines: token [the token]',
  )
  expect(lines).toEqual(['token [the token]'])
})

test('what a command leaves running stays: that may be the service', async () => {
  const folder = cwd()
  const ran = await runCommand(sh('sleep 30 >/dev/null 2>&1 & echo $! > pid', folder), options())
  expect(ran.outcome).toBe('succeeded')
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  expect(process.kill(pid, 0)).toBe(true)
  process.kill(pid, 'SIGKILL')
})

test('a command is ended at its deadline, and by an interrupt, with all that it started', async () => {
  const folder = cwd()
  const late = await runCommand(sh('sleep 30 & echo $! > pid; wait', folder), options({ timeoutMs: 600 }))
  expect(late).toMatchObject({ outcome: 'late', end: 'stopped after 1 s' })
  expect(isGone(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(true)
  const interrupt = new AbortController()
  const running = runCommand(sh('sleep 30', folder), options({ signal: interrupt.signal }))
  interrupt.abort(new HarnessError('interrupted', 'Stopped by Ctrl-C.'))
  await expect(running).rejects.toMatchObject({ code: 'interrupted' })
})

/** A zombie is gone, too: whoever inherited it has not looked yet. */
const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
