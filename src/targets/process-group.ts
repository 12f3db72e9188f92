import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import { readProcessStat } from '../process-stat.ts'

/** The environment variable that marks everything a target starts, also what leaves its process group. */
export const MARK_VARIABLE = 'INFERGATE_TARGET_MARK'

/** What belongs to a started target: its process group, and whatever carries its mark. */
export type ProcessGroup = {
  readonly leader: number
  /** When the leader started (see `ProcessStat`), since its id is another's some time after its end; empty where nobody tells. */
  readonly startTicks: string
  readonly mark: string
}

const POLL_MS = 20

/** SIGTERM to all of the group, SIGKILL to what is left after `graceMs`. True when nothing is left. */
export async function endGroup(group: ProcessGroup, graceMs: number, clock: Clock): Promise<boolean> {
  signalGroup(group, 'SIGTERM')
  return (await emptyWithin(group, graceMs, clock)) || killGroup(group, clock)
}

/** SIGKILL, at once, to all of the group. True when nothing is left: a killed process can stay for a while in the kernel. */
export async function killGroup(group: ProcessGroup, clock: Clock): Promise<boolean> {
  // Repeated: a process may fork between the scan and the signal.
  for (let round = 0; round < 6; round++) {
    signalGroup(group, 'SIGKILL')
    if (await emptyWithin(group, 200, clock)) return true
  }
  return false
}

/** One signal to every member that is alive; no error when there is none. */
export function signalGroup(group: ProcessGroup, signal: NodeJS.Signals): void {
  for (const pid of livingMembers(group)) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended between the scan and the signal.
    }
  }
}

/** Process ids; on systems without /proc a negative id stands for the whole group. */
export function livingMembers(group: ProcessGroup): readonly number[] {
  const { leader, mark } = group
  if (process.platform === 'win32') return isAlive(leader) ? [leader] : []
  if (process.platform !== 'linux') return isAlive(-leader) ? [-leader] : []
  const isOurs = !isTaken(group)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = readProcessStat(pid)
      return stat?.isAlive && ((isOurs && stat.group === leader) || carriesMark(pid, mark))
    })
}

/** Another process has the leader's id: the kernel gives it away only once the group is empty. */
function isTaken({ leader, startTicks }: ProcessGroup): boolean {
  const stat = readProcessStat(leader)
  return stat !== undefined && startTicks !== '' && stat.startTicks !== startTicks
}

async function emptyWithin(group: ProcessGroup, ms: number, clock: Clock): Promise<boolean> {
  const deadline = clock.monotonicMs() + ms
  while (livingMembers(group).length > 0) {
    if (clock.monotonicMs() >= deadline) return false
    await clock.sleep(POLL_MS)
  }
  return true
}

function carriesMark(pid: number, mark: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
    return environment.split('\0').includes(`${MARK_VARIABLE}=${mark}`)
  } catch {
    // Gone, or another user's.
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
