import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { processUseOf } from './process-use.ts'

const groupOf = (leader: number) => ({ leader, startTicks: '', mark: 'none' })
const lookAnew = (leader: number) => () => processUseOf(groupOf(leader))()

test.skipIf(process.platform !== 'linux')(
  'memory and CPU time are those of all processes of the group, and of none once they are gone',
  async () => {
    const shell = spawn('sh', ['-c', 'sleep 30 & echo started; wait'], { detached: true, stdio: 'pipe' })
    const leader = shell.pid ?? expect.fail('it did not start')
    await once(shell.stdout, 'data')
    const use = processUseOf(groupOf(leader))
    await expect.poll(lookAnew(leader)).toMatchObject({ processes: 2, cpuMs: expect.any(Number) })
    expect(use()?.processes).toBeGreaterThan(0)
    expect(use()?.rssBytes).toBeGreaterThan(100_000)
    process.kill(-leader, 'SIGKILL')
    await once(shell, 'exit')
    // The leader has ended; those that it started may need a moment more.
    await expect.poll(lookAnew(leader)).toBeUndefined()
  },
)
