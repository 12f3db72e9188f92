import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { readProcessStat } from '../process-stat.ts'
import { callHook } from './hook.ts'
import { runCommand } from './run-command.ts'

const told = {
  reason: 'watch.errors failed: it is dead',
  targetName: 'staging',
  runId: 'run-1',
  folder: '/reports/run-1',
}
const place = { cwd: '/', env: { PATH: process.env['PATH'] ?? '', SECRET: 'kept' }, clock: systemClock }

test('the hook is told why, of what and where, beside the environment that it would have anyway', async () => {
  const lines: string[] = []
  const end = await callHook({
    ...place,
    ...{ told, line: (text) => void lines.push(text) },
    command:
      'echo "$INFERGATE_VERDICT|$INFERGATE_REASON|$INFERGATE_WATCHED|$INFERGATE_RUN_ID|$INFERGATE_RUN_FOLDER|$SECRET"; exit 7',
  })
  expect(end).toMatchObject({ exitCode: 7 })
  expect(lines).toEqual(['FAIL|watch.errors failed: it is dead|staging|run-1|/reports/run-1|kept'])
})

test('a command that does not end in its time is ended, and all that it has started', async () => {
  const lines: string[] = []
  const end = await runCommand({
    ...place,
    command: 'sleep 300 & echo $! $$; sleep 300',
    limitMs: 400,
    line: (text) => void lines.push(text),
  })
  expect(end).toEqual({ reason: 'not within 0.4 s, and was ended' })
  const started = (lines[0] ?? '').split(' ').map(Number)
  expect(started.every((pid) => pid > 1)).toBe(true)
  expect(started.filter((pid) => readProcessStat(pid)?.isAlive)).toEqual([])
})
