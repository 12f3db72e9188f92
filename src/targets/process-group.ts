import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../clock.ts'

/** The environment variable that marks everything a target starts, also what leaves its process group. */
export const MARK_VARIABLE = 'INFERGATE_TARGET_MARK'

/** What belongs to a started target: its process group, and whatever carries its mark. */
export type ProcessGroup = { readonly leader: number; readonly mark: string }

const POLL_MS = 20

/** SIGTERM to all of the group, SIGKILL to what is left after `graceMs`; returns when nothing is left. */
export async function endGroup(group: ProcessGroup, graceMs: number, clock: Clock): Promise<void> {
  signalGroup(group, 'SIGTERM')
  if (await emptyWithin(group, graceMs, clock)) return
  signalGroup(group, 'SIGKILL')
  // Repeated: a process may fork between the look and the kill. A killed process can stay for a while in the kernel.
  for (let round = 0; round < 5; round++) {
    if (await emptyWithin(group, 200, clock)) return
    signalGroup(group, 'SIGKILL')
  }
}

/** One signal to every member that is alive; no error when there is none. */
export function signalGroup(group: ProcessGroup, signal: NodeJS.Signals): void {
  for (const pid of livingMembers(group)) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended between the look and the kill.
    }
  }
}

/** Process ids; on systems without /proc a negative id stands for the whole group. */
export function livingMembers({ leader, mark }: ProcessGroup): readonly number[] {
  if (process.platform === 'win32') return isAlive(leader) ? [leader] : []
  if (process.platform !== 'linux') return isAlive(-leader) ? [-leader] : []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => groupOf(pid) === leader || carriesMark(pid, mark))
}

async function emptyWithin(group: ProcessGroup, ms: number, clock: Clock): Promise<boolean> {
  const deadline = clock.monotonicMs() + ms
  while (livingMembers(group).length > 0) {
    if (clock.monotonicMs() >= deadline) return false
    await clock.sleep(POLL_MS)
  }
  return true
}

/** The group of a process that is alive; a zombie holds nothing and waits for its parent only. */
function groupOf(pid: number): number | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`)
  // The command name stands in parentheses and may hold anything, also parentheses: fields count from the last one.
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === undefined || state === 'Z' || state === 'X' ? undefined : Number(group)
}

function carriesMark(pid: number, mark: string): boolean {
  if (!readOrEmpty(`/proc/${pid}/environ`).split('\0').includes(`${MARK_VARIABLE}=${mark}`)) return false
  return groupOf(pid) !== undefined
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    // Gone, or another user's.
    return ''
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
