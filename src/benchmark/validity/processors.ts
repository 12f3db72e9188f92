import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessorShares } from '../../records/index.ts'

/** Processor time since the machine, or each process, began; milliseconds. */
export type ProcessorTimes = {
  /** Cores that this process may use. */
  readonly cores: number
  readonly busyMs: number
  readonly stolenMs: number
  readonly ownMs: number
  readonly targetMs: number
  readonly throttledMs?: number
}

/** /proc counts in these (sysconf(_SC_CLK_TCK), 100 a second on every Linux that Node runs on). */
const TICK_MS = 10

/** Undefined where the system does not say, as outside Linux. */
export function readProcessorTimes(): ProcessorTimes | undefined {
  const allowed = allowedCores('self')
  const cores = coreTimes(contentOf('/proc/stat'), allowed)
  if (!cores) return undefined
  const { user, system } = process.cpuUsage()
  const throttledMs = throttledTime(contentOf('/sys/fs/cgroup/cpu.stat'))
  return {
    ...cores,
    ownMs: (user + system) / 1_000,
    targetMs: descendantTimes(process.pid, allowed),
    ...(throttledMs !== undefined && { throttledMs }),
  }
}

/** What became of the cores between two looks, `elapsedMs` apart. */
export function sharesBetween(
  before: ProcessorTimes,
  after: ProcessorTimes,
  elapsedMs: number,
): ProcessorShares {
  const share = (of: (times: ProcessorTimes) => number) => Math.max(0, of(after) - of(before)) / elapsedMs
  const [own, target] = [share(({ ownMs }) => ownMs), share(({ targetMs }) => targetMs)]
  const throttledMs = (after.throttledMs ?? 0) - (before.throttledMs ?? 0)
  return {
    cores: after.cores,
    ...{ own, target },
    others: Math.max(0, share(({ busyMs }) => busyMs) - own - target),
    stolen: share(({ stolenMs }) => stolenMs),
    ...(throttledMs > 0 && { throttledMs }),
  }
}

/**
 * Of the cores that are allowed, as `/proc/stat` counts them (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal.
 * `allowed` is a list such as `0-3,8`.
 */
export function coreTimes(
  stat: string,
  allowed: string,
): Pick<ProcessorTimes, 'cores' | 'busyMs' | 'stolenMs'> | undefined {
  const isAllowed = coreList(allowed)
  const times = [...stat.matchAll(/^cpu(\d+) ([\d ]+)$/gm)]
    .filter(([, core]) => isAllowed(Number(core)))
    .map(([, , numbers = '']) => numbers.split(' ').map(Number))
  if (times.length === 0) return undefined
  const sum = (of: (ticks: readonly number[]) => number) =>
    TICK_MS * times.reduce((all, ticks) => all + of(ticks), 0)
  return {
    cores: times.length,
    busyMs: sum(
      ([user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0]) => user + nice + system + irq + softirq,
    ),
    stolenMs: sum((ticks) => ticks[7] ?? 0),
  }
}

function coreList(list: string): (core: number) => boolean {
  const ranges = list.split(',').map((range) => range.split('-').map(Number))
  return (core) => list === '' || ranges.some(([low = -1, high = low]) => core >= low && core <= high)
}

const allowedCores = (pid: number | 'self'): string =>
  /^Cpus_allowed_list:\s*(\S+)$/m.exec(contentOf(`/proc/${pid}/status`))?.[1] ?? ''

/** Of all that this process started and what that started, with what has ended meanwhile; only what may use the same cores. */
function descendantTimes(root: number, allowed: string): number {
  const processes = pids().flatMap((pid) => parseStat(pid, contentOf(`/proc/${pid}/stat`)) ?? [])
  const children = Map.groupBy(processes, ({ parent }) => parent)
  let ms = 0
  const open = [...(children.get(root) ?? [])]
  for (let one = open.pop(); one; one = open.pop()) {
    open.push(...(children.get(one.pid) ?? []))
    if (allowedCores(one.pid) === allowed) ms += one.usedMs
  }
  return ms
}

type ProcessTimes = { readonly pid: number; readonly parent: number; readonly usedMs: number }

/** One line of /proc/PID/stat: fields count from the last parenthesis, 3 is the first; utime, stime, cutime and cstime are 14 to 17. */
export function parseStat(pid: number, stat: string): ProcessTimes | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return stat === '' ? undefined : { pid, parent: Number(fields[1]), usedMs: TICK_MS * ticks }
}

function pids(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** `throttled_usec` of cgroup v2's cpu.stat; absent without a quota. */
export function throttledTime(stat: string): number | undefined {
  const [, microseconds] = /^throttled_usec (\d+)$/m.exec(stat) ?? []
  return microseconds === undefined ? undefined : Number(microseconds) / 1_000
}

/** Empty where there is no such file. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
