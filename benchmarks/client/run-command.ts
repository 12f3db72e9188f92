import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldsOf } from './processor.ts'
import type { Command } from './records.ts'

/** How a command ran to its end, and what it cost. */
export type Ran = {
  readonly code: number | null
  readonly stdout: string
  /** The last of what it said, for a failure. */
  readonly said: string
  /** CLOCK_MONOTONIC before it was started. */
  readonly startedNs: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssMb: number
}

type Options = {
  readonly core: number
  readonly folder: string
  readonly timeoutMs: number
  /** Look at the memory of its processes while it runs, so often. */
  readonly lookEveryMs?: number
}

const PAGE_MB = 4_096 / 2 ** 20
const SAID = 2_000

/**
 * Runs a command on one core. CPU: what GNU time reads of the process and all descendants that were waited for (getrusage(2)). Memory:
 * the largest process of these (`ru_maxrss`), or the most that all processes of its session had together at one look.
 */
export async function runCommand({ argv, env = {} }: Command, options: Options): Promise<Ran> {
  const costs = join(options.folder, 'costs')
  const whole = ['-q', '-o', costs, '-f', '%U %S %M', 'taskset', '-c', String(options.core), ...argv]
  const startedNs = Number(process.hrtime.bigint())
  const child = spawn('/usr/bin/time', whole, {
    cwd: options.folder,
    detached: true,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: undefined, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [outputs, errors]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (part) => outputs.push(part))
  child.stderr.on('data', (part) => errors.push(part))
  const { pid } = child
  if (pid === undefined) throw (await once(child, 'error'))[0]
  let seenMb = 0
  const look = () => {
    seenMb = Math.max(seenMb, residentMb(String(pid)))
  }
  const looks = options.lookEveryMs === undefined ? undefined : setInterval(look, options.lookEveryMs)
  const limit = setTimeout(() => process.kill(-pid, 'SIGKILL'), options.timeoutMs)
  const [code] = (await once(child, 'close')) as [number | null]
  const wallMs = (Number(process.hrtime.bigint()) - startedNs) / 1e6
  clearInterval(looks)
  clearTimeout(limit)
  const [user = 0, system = 0, maxKb = 0] =
    (code === null ? '' : readFileSync(costs, 'utf8')).trim().split('\n').at(-1)?.split(' ').map(Number) ?? []
  const stdout = Buffer.concat(outputs).toString()
  return {
    ...{ code, stdout, startedNs, wallMs },
    said: `${stdout}${Buffer.concat(errors)}`.slice(-SAID),
    cpuMs: Math.round((user + system) * 1_000),
    rssMb: Math.max(seenMb, maxKb / 1_024),
  }
}

/** Resident memory of all processes of a session, pages that they share counted in each. */
function residentMb(session: string): number {
  let pages = 0
  for (const pid of readdirSync('/proc')) {
    // Its descendants are younger: what is older need not be read, which would take time from what is measured.
    if (!(Number(pid) >= Number(session))) continue
    try {
      const fields = fieldsOf(pid)
      if (fields[3] === session) pages += Number(fields[21])
    } catch {
      // It has ended since.
    }
  }
  return pages * PAGE_MB
}
