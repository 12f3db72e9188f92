import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import type { InvalidReason, LoadRun, Sample } from '../src/records/index.ts'
import { type CliOptions, emptyFolder, ended, readReport, readVerdict, startCli } from '../testing/run-cli.ts'
import { until } from '../testing/survivors.ts'

const BENCH = ['bench', '--target', 'simulator', '--rate', '20', '--arrivals', 'constant', '--duration', '5']
/** Before all others, where this user may: what other tests do beside is no matter of these. */
const FIRST = ['nice', '-n', '-19']
const ON_ONE_CORE = [...FIRST, 'taskset', '-c', '0']
const [FAKETIME] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')

/** Runs a load; `meddle` does something to the client once the load is on its way. */
async function bench(options: CliOptions, meddle?: (pid: number, cwd: string) => Promise<void>) {
  const child = startCli(BENCH, options)
  const end = ended(child)
  const { cwd, pid = Number.NaN } = child
  if (meddle) {
    await until(() => hasBegun(cwd) || child.exitCode !== null, 60_000)
    await sleep(1_500)
    await meddle(pid, cwd)
  }
  const { code, stderr } = await end
  const events = readReport({ cwd }, 'journal.jsonl').trim().split('\n')
  const { driven } = events.map((line) => JSON.parse(line)).find(({ kind }) => kind === 'driven')
  const { validity }: LoadRun = driven
  return { cwd, code, stderr, reasons: validity?.reasons ?? [], warnings: validity?.warnings }
}

const hasBegun = (cwd: string): boolean => {
  const journal = join(cwd, 'reports/latest/journal.jsonl')
  return existsSync(journal) && readFileSync(journal, 'utf8').includes('"kind":"scheduled"')
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const samplesOf = (cwd: string): readonly Sample[] =>
  readReport({ cwd }, 'samples.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Invalid, exit 20; the first cause and its figures are said wherever people look. */
function expectInvalid(run: Awaited<ReturnType<typeof bench>>, kind: InvalidReason['kind']): string {
  const [first] = run.reasons
  expect([run.code, first?.kind], run.stderr).toEqual([20, kind])
  const says = first?.says ?? ''
  expect(readVerdict(run)).toMatchObject({ verdict: 'INCONCLUSIVE', state: 'invalid' })
  expect(run.stderr).toContain('exit 20, run invalid')
  // Of a long sentence the line shows the beginning.
  expect(run.stderr).toContain(`The load is invalid: ${says.slice(0, 100)}`)
  expect(readVerdict(run).reasons[0]).toContain(says)
  expect(readReport(run, 'report.md')).toContain(says.slice(0, 60))
  return says
}

/** Where others keep this machine busy even so, nothing is known of the product. */
function skipWhereBusy({ skip }: TestContext, { reasons }: { readonly reasons: readonly InvalidReason[] }) {
  const busy = reasons.find(({ kind }) => kind === 'starved')
  if (busy) skip(`this machine is busy with other things: ${busy.says}`)
}

test('a load beside its target on a machine with nothing else to do is valid', async (context) => {
  const run = await bench({ under: FIRST })
  skipWhereBusy(context, run)
  expect([run.code, run.reasons], run.stderr).toEqual([0, []])
  expect(readVerdict(run)).toMatchObject({ verdict: 'PASS', state: 'complete' })
  expect(readReport(run, 'report.md')).toMatch(/client of the load \| event-loop utilisation 0\.\d\d/)
})

test('a process that keeps the client’s core busy is named as the cause', async () => {
  const run = await bench({ under: ON_ONE_CORE }, async (pid) => {
    // Beside an equal, a client that mostly sleeps gets its core back in time; beside one that goes first, never.
    setPriority(pid, Math.min(19, getPriority(pid) + 19))
    // Each ends by itself, whatever becomes of this test.
    const busy = 'for (const end = Date.now() + 6_000; Date.now() < end; );'
    for (let hogs = 0; hogs < 3; hogs++)
      spawn(ON_ONE_CORE[0] ?? '', [...ON_ONE_CORE.slice(1), process.execPath, '-e', busy])
  })
  const says = expectInvalid(run, 'starved')
  expect(says).toMatch(/^Others held the client’s cores \(of 1 core, other processes used 0\.\d\d/)
  expect(says).toMatch(/: .+ \d.* \(limit [\d.]+/)
})

test('a client that was stopped for a second says so, and spoils what was in flight or due', async () => {
  const run = await bench({ under: FIRST }, async (pid) => {
    process.kill(pid, 'SIGSTOP')
    await sleep(1_000)
    process.kill(pid, 'SIGCONT')
  })
  const says = expectInvalid(run, 'paused')
  expect(says).toMatch(/^The client was paused for (?:1|1\.\d+|9\d\d) m?s, .*: stopped by a signal\.$/)
  const paused = samplesOf(run.cwd).filter(({ spoiledBy }) => spoiledBy?.includes('paused'))
  // 20 were due in the second; on a busy machine one in flight more or less.
  expect(paused.length).toBeGreaterThanOrEqual(18)
  expect(paused.length).toBeLessThanOrEqual(30)
})

test.runIf(FAKETIME !== undefined)(
  'a wall clock that jumps by an hour is named (without libfaketime, Debian package faketime, this is left out)',
  async () => {
    const cwd = emptyFolder()
    const offset = join(cwd, 'offset')
    writeFileSync(offset, '+0')
    const env = {
      ...{ LD_PRELOAD: FAKETIME ?? '', FAKETIME_TIMESTAMP_FILE: offset, FAKETIME_NO_CACHE: '1' },
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
    const run = await bench({ cwd, env, under: FIRST }, async () => {
      writeFileSync(`${offset}.new`, '+1h')
      renameSync(`${offset}.new`, offset)
    })
    expect(expectInvalid(run, 'clock-jump')).toMatch(/^The wall clock jumped forward by 3600 s, /)
  },
)
