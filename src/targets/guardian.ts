import { spawn } from 'node:child_process'
import { systemClock } from '../clock.ts'
import { readProcessStat } from '../process-stat.ts'
import { type GuardianOrder, type GuardianReport, NOTHING_LEFT } from './guardian-messages.ts'
import { endGroup, MARK_VARIABLE, type ProcessGroup } from './process-group.ts'

/**
 * The guardian stands between infergate and a target: it starts the command in a process group of its own and ends all
 * of it when it is told to, when the command ends, or when infergate is gone, however that happened: the channel closes. What a
 * command that may leave something behind started is left alone once that command has ended by itself.
 * It writes nothing: its stdout and stderr are the target's.
 */
let group: ProcessGroup | undefined
let graceMs = 2_000
let ending: Promise<void> | undefined

function end(): Promise<void> {
  ending ??= (async () => {
    const isEmpty = !group || (await endGroup(group, graceMs, systemClock))
    process.exit(isEmpty ? NOTHING_LEFT : 1)
  })()
  return ending
}

function tell(report: GuardianReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(report, undefined, undefined, () => resolve())
    else resolve()
  })
}

function start(order: GuardianOrder): void {
  const [command, ...args] = order.command
  graceMs = order.graceMs
  const child = spawn(command, args, {
    cwd: order.cwd,
    env: { ...order.env, [MARK_VARIABLE]: order.mark },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  child.once('error', async (error: NodeJS.ErrnoException) => {
    await tell({ kind: 'not-started', code: error.code ?? 'unknown', message: error.message })
    process.exit(NOTHING_LEFT)
  })
  child.once('exit', async (code, signal) => {
    await tell({ kind: 'ended', code, signal })
    if (order.leavesRest && !ending) process.exit(NOTHING_LEFT)
    await end()
  })
  if (child.pid === undefined) return
  // It cannot be another's yet: this process, its parent, has not asked how it ended.
  const startTicks = readProcessStat(child.pid)?.startTicks ?? ''
  group = { leader: child.pid, startTicks, mark: order.mark }
  void tell({ kind: 'started', pid: child.pid, startTicks })
}

process.once('message', start)
process.on('disconnect', () => void end())
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end())
void tell({ kind: 'ready' })
