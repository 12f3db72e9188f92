import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRandom } from '../src/random.ts'
import type { Verdict } from '../src/records/index.ts'
import { runCli, startCli } from '../testing/run-cli.ts'
import { survivors, until } from '../testing/survivors.ts'

const MOMENTS = 50
/** A gate with two starts takes about this long on a quiet machine: the last moments may come after its end. */
const WHOLE_MS = 12_000
const random = createRandom('killed')
const moments = Array.from({ length: MOMENTS }, () => random.integer(300, WHOLE_MS))

for (const [index, afterMs] of moments.entries())
  test.concurrent(`a gate that is killed outright after ${afterMs} ms has lost nothing that it had said (${index})`, async () => {
    const marker = `killed-${index}-${process.pid}`
    const child = startCli(['gate', '--target', 'simulator'], {
      env: { INFERGATE_COLD_STARTS: '2', INFERGATE_E2E_MARKER: marker },
    })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
    const closed = new Promise((resolve) => child.once('close', resolve))
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, afterMs))])
    const written = writtenSoFar(child.cwd)
    child.kill('SIGKILL')
    await closed
    await until(() => survivors(`INFERGATE_E2E_MARKER=${marker}`).length === 0, 20_000)
    expect(survivors(`INFERGATE_E2E_MARKER=${marker}`)).toEqual([])
    await expectNothingLost(child.cwd, said, written)
  })

type Written = { readonly checks: number; readonly samples: number }

/** What stands in the journal at this moment, whole lines alone. */
function writtenSoFar(cwd: string): Written {
  const linesOf = (name: string): readonly string[] => {
    const file = join(cwd, 'reports/latest', name)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  }
  const checks = linesOf('journal.jsonl').filter((line) => line.startsWith('{"kind":"checked"'))
  return { checks: checks.length, samples: linesOf('samples.jsonl').length }
}

async function expectNothingLost(cwd: string, said: string, written: Written): Promise<void> {
  const hasBegun = existsSync(join(cwd, 'reports')) && hasLatest(cwd)
  if (!hasBegun) return expect(said).not.toContain('cold starts')
  const { code, stdout, stderr } = await runCli(['report', 'latest', '--json'], { cwd })
  const verdict: Verdict = JSON.parse(stdout)
  const hasEnded = readFileSync(join(cwd, 'reports/latest/journal.jsonl'), 'utf8').includes('"kind":"ended"')
  expect([code, verdict.state], stderr).toEqual(hasEnded ? [20, 'complete'] : [20, 'killed'])
  const cold = verdict.measurements.find(({ name }) => name === 'coldStartMs')?.n ?? 0
  const warm = verdict.measurements.find(({ name }) => name === 'e2eMsP50')?.n ?? 0
  expect(cold).toBeGreaterThanOrEqual(lastSaid(said, 'cold starts of simulator'))
  expect(warm).toBeGreaterThanOrEqual(lastSaid(said, 'warm answers'))
  expect(verdict.checks.length).toBeGreaterThanOrEqual(Math.max(written.checks, lastSaid(said, 'checks')))
  const samples = readFileSync(join(cwd, 'reports/latest/samples.jsonl'), 'utf8').split('\n').length - 1
  expect(samples).toBeGreaterThanOrEqual(written.samples)
}

const hasLatest = (cwd: string): boolean =>
  lstatSync(join(cwd, 'reports/latest'), { throwIfNoEntry: false }) !== undefined

/** How many steps of a phase were said to be done. */
const lastSaid = (said: string, phase: string): number =>
  Math.max(0, ...[...said.matchAll(new RegExp(`${phase} (\\d+)/`, 'g'))].map(([, done]) => Number(done)))
