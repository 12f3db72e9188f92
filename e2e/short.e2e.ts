import { describe, expect, test } from 'vitest'
import { HEALTHY } from '../testing/healthy.ts'
import { readVerdict, runCli, startCli } from '../testing/run-cli.ts'

/** The whole commands in short, as a part of `npm test`: one PASS, one FAIL, one interrupt. */

describe(HEALTHY, () => {
  test('passes the gate; a second look at the run says the same', async () => {
    const run = await runCli(['gate', '--target', 'simulator', '--json'])
    expect(run.code, run.stderr).toBe(0)
    expect(JSON.parse(run.stdout)).toEqual(readVerdict(run))
    expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^PASS: the built-in simulator; .*\(exit 0, run complete\)/,
    )
    const again = await runCli(['report', 'latest', '--json'], { cwd: run.cwd })
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, readVerdict(run)])
  })
})

test.concurrent('a service with a fault fails the gate, and the verdict names the broken promise', async () => {
  const run = await runCli(['gate', '--fault', 'usage-zero'], { env: { INFERGATE_COLD_STARTS: '1' } })
  expect(run.code, run.stderr).toBe(10)
  const verdict = readVerdict(run)
  expect(verdict).toMatchObject({ verdict: 'FAIL', state: 'complete' })
  expect(verdict.reasons.join()).toContain('generation.counts-tokens')
  expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(/^FAIL: this deploy must not go live/)
})

test.concurrent('an interrupt ends the gate with what was seen, exit 130', async () => {
  const child = startCli(['gate', '--target', 'simulator'], { env: { INFERGATE_COLD_STARTS: '1' } })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (!said.includes('checks') && (said + text).includes('checks')) child.kill('SIGINT')
    said += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code, said).toBe(130)
  expect(readVerdict(child)).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 130, state: 'interrupted' })
})
