import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { MARK_VARIABLE } from './process-group.ts'
import { inheritedEnvironment } from './process-target.ts'
import { startProcess } from './started-process.ts'
import { TargetLog } from './target-log.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-process-'))
const script = (name: string, text: string): string => {
  const file = join(scratch, name)
  writeFileSync(file, text)
  return file
}

/** A command that ignores SIGTERM, with a child that does so too and one in a session of its own; it tells their ids. */
const stubborn = script(
  'stubborn.mjs',
  `import { spawn } from 'node:child_process'
  process.on('SIGTERM', () => {})
  const deaf = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)"
  const start = (detached) => spawn(process.execPath, ['-e', deaf], { detached, stdio: ['ignore', 'pipe', 'ignore'] })
  const children = [start(false), start(true)]
  await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))))
  console.log('pids ' + [process.pid, ...children.map((child) => child.pid)].join(' '))`,
)

/** A whole process that starts the command as infergate does, prints the ids, and then does what its argument says. */
const parent = script(
  'parent.ts',
  `import { systemClock } from '${new URL('../clock.ts', import.meta.url)}'
  import { startProcess } from '${new URL('./started-process.ts', import.meta.url)}'
  import { TargetLog } from '${new URL('./target-log.ts', import.meta.url)}'
  const log = new TargetLog([])
  await startProcess(
    { command: [process.execPath, '${stubborn}'], cwd: '/', env: {} },
    { log, clock: systemClock, graceMs: 200 },
  )
  const pids = () => log.tail().find((line) => line.startsWith('pids '))
  while (!pids()) await systemClock.sleep(10)
  console.log(pids())
  setInterval(() => {}, 1000)
  if (process.argv[2] === 'throw') throw new Error('a bug of ours')
  if (process.argv[2] === 'exit') process.exit(7)`,
)

/** Zombies do not count: nothing of them runs, they wait for whoever adopted them. */
function isRunning(pid: number): boolean {
  if (existsSync('/proc/self/stat')) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
    return stat !== '' && !/\) [ZX] /.test(stat)
  }
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Ends once they are gone: the limit only has to be longer than a busy machine needs. */
async function goneWithin(pids: readonly number[], ms: number): Promise<readonly number[]> {
  const deadline = systemClock.monotonicMs() + ms
  while (pids.some(isRunning) && systemClock.monotonicMs() < deadline) await systemClock.sleep(20)
  return pids.filter(isRunning)
}

/** A test that fails leaves nothing behind either. */
const everStarted: number[] = []
afterAll(() => {
  for (const pid of everStarted.filter(isRunning)) process.kill(pid, 'SIGKILL')
})

async function startParent(what = 'stay'): Promise<{ process: ChildProcess; pids: readonly number[] }> {
  const child = spawn(process.execPath, [parent, what], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const pids = String(line).split(' ').slice(1).map(Number)
  expect(pids).toHaveLength(3)
  everStarted.push(...pids)
  return { process: child, pids }
}

const startHere = (command: readonly [string, ...string[]], log = new TargetLog([])) =>
  startProcess(
    { command, cwd: scratch, env: inheritedEnvironment() },
    { log, clock: systemClock, graceMs: 200 },
  )

const pidsIn = async (log: TargetLog): Promise<readonly number[]> => {
  for (;;) {
    const line = log.tail().find((text) => text.startsWith('pids '))
    if (line) return line.split(' ').slice(1).map(Number)
    await systemClock.sleep(10)
  }
}

test.concurrent('stopping ends the command, its children and a child that left the group, though all ignore SIGTERM', async ({
  expect,
}) => {
  const log = new TargetLog([])
  const started = await startHere([process.execPath, stubborn], log)
  const pids = await pidsIn(log)
  expect(pids.filter(isRunning)).toEqual(pids)
  await started.stop()
  expect(pids.filter(isRunning)).toEqual([])
})

test.concurrent.for(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
  'nothing survives when infergate gets %s',
  async (signal, { expect }) => {
    const { process: child, pids } = await startParent()
    expect(pids.filter(isRunning)).toEqual(pids)
    // To the whole group, as a terminal's Ctrl-C does.
    process.kill(-(child.pid ?? Number.NaN), signal)
    expect(await goneWithin(pids, 20_000)).toEqual([])
  },
)

test.concurrent.for(['throw', 'exit'])(
  'nothing survives when infergate ends by %s',
  async (what, { expect }) => {
    const { pids } = await startParent(what)
    expect(await goneWithin(pids, 20_000)).toEqual([])
  },
)

test.concurrent('a command that ends by itself is known at once, with its code and its last words, and leaves no child', async ({
  expect,
}) => {
  const log = new TargetLog([])
  const file = script(
    'leaves-child.mjs',
    `import { spawn } from 'node:child_process'
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
    console.log('pids ' + child.pid)
    process.stdout.write('no line end', () => process.exit(5))`,
  )
  const started = await startHere([process.execPath, file], log)
  await once(started.ended, 'abort')
  expect(started.exit()).toMatchObject({ code: 5, signal: null })
  expect(started.exit()?.atMs).toBeGreaterThan(0)
  expect(await goneWithin(await pidsIn(log), 20_000)).toEqual([])
  await started.stop()
  expect(log.tail()).toContain('no line end')
  expect(started.exit()).toMatchObject({ code: 5 })
})

test.concurrent('a target whose guardian is killed is ended all the same', async ({ expect }) => {
  const log = new TargetLog([])
  const file = script(
    'tells-guardian.mjs',
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('pids ' + process.pid + ' ' + process.ppid)",
  )
  const started = await startHere([process.execPath, file], log)
  const [target = Number.NaN, guardian = Number.NaN] = await pidsIn(log)
  everStarted.push(target, guardian)
  process.kill(guardian, 'SIGKILL')
  expect(await goneWithin([target, guardian], 20_000)).toEqual([])
  if (!started.ended.aborted) await once(started.ended, 'abort')
  expect(started.exit()).toMatchObject({ signal: 'SIGKILL' })
  await started.stop()
})

test.concurrent('a command that is asked to stop has not ended unasked', async ({ expect }) => {
  const started = await startHere(['sleep', '60'])
  const [one, two] = [started.stop(), started.stop()]
  await Promise.all([one, two])
  expect(started.exit()).toBeUndefined()
  expect(started.ended.aborted).toBe(false)
})

test
  .runIf(process.platform === 'linux')
  .concurrent('what takes the id or the mark of a target after its end is left alone', async ({ expect }) => {
    const log = new TargetLog([])
    const file = script(
      'tells-mark.mjs',
      `console.log('mark ' + process.env.${MARK_VARIABLE} + ' ' + process.ppid)`,
    )
    const started = await startHere([process.execPath, file], log)
    await once(started.ended, 'abort')
    const told = log.tail().find((line) => line.startsWith('mark ')) ?? ''
    const [, mark = '', guardian] = told.split(' ')
    expect(mark).toHaveLength(24)
    expect(await goneWithin([Number(guardian)], 20_000)).toEqual([])
    // No test can choose the id of a new process; by its mark this one is as much the target's as by its group.
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore', env: { [MARK_VARIABLE]: mark } })
    await once(stranger, 'spawn')
    everStarted.push(stranger.pid ?? Number.NaN)
    await started.stop()
    await systemClock.sleep(200)
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null])
  })
