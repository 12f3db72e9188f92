import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { endGroup, livingMembers, MARK_VARIABLE, signalGroup } from './process-group.ts'

const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** A process that leads a group of its own, with its id and the kernel's ticks at its start. */
async function leader(env: Record<string, string> = {}) {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env })
  started.push(child)
  await once(child, 'spawn')
  const pid = child.pid ?? Number.NaN
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // Its name, in parentheses, is one word here.
  return { child, pid, startTicks: stat.split(' ')[21] ?? '' }
}

/** Long enough for a signal to arrive: it is sent before the call returns. */
async function outlives(child: ChildProcess): Promise<boolean> {
  await systemClock.sleep(200)
  return child.exitCode === null && child.signalCode === null
}

test
  .runIf(process.platform === 'linux')
  .concurrent('a group whose id belongs to another process by now gets no signal', async ({ expect }) => {
    const { child, pid, startTicks } = await leader()
    const former = {
      leader: pid,
      mark: 'nobody-carries-it',
      startTicks: String(Number(startTicks) - 360_000),
    }
    expect(livingMembers(former)).toEqual([])
    signalGroup(former, 'SIGKILL')
    expect(await endGroup(former, 100, systemClock)).toBe(true)
    expect(await outlives(child)).toBe(true)
  })

test
  .runIf(process.platform === 'linux')
  .concurrent(
    'a group of which only a child lives on is ended, and so is what left it with its mark',
    async ({ expect }) => {
      const child = spawn('sh', ['-c', 'sleep 600 & echo $!'], {
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      started.push(child)
      const [line] = await once(child.stdout, 'data')
      const marked = await leader({ [MARK_VARIABLE]: 'a-mark' })
      if (child.exitCode === null) await once(child, 'exit')
      const group = { leader: child.pid ?? Number.NaN, mark: 'a-mark', startTicks: '1' }
      expect([...livingMembers(group)].sort()).toEqual([Number(line), marked.pid].sort())
      expect(await endGroup(group, 5_000, systemClock)).toBe(true)
      expect(livingMembers(group)).toEqual([])
    },
  )

test
  .runIf(process.platform === 'linux')
  .concurrent('a group whose leader is the one that was started is ended', async ({ expect }) => {
    const { child, pid, startTicks } = await leader()
    expect(await endGroup({ leader: pid, mark: 'none', startTicks }, 5_000, systemClock)).toBe(true)
    if (child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGTERM')
  })
