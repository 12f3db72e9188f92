import { readFileSync } from 'node:fs'
import type { ProcessUse } from '../records/index.ts'
import { livingMembers, type ProcessGroup } from './process-group.ts'

/** USER_HZ and the page of Linux on all machines that Node runs on. */
const TICK_MS = 10
const PAGE_BYTES = 4_096
/** To find a group's members is to look at every process of the machine, which takes milliseconds. */
const SEEK_EVERY = 10

/** Memory and CPU time of all processes of a group; undefined where the system has no /proc, or nothing is left. */
export function processUseOf(group: ProcessGroup): () => ProcessUse | undefined {
  let members: readonly number[] = []
  let looks = 0
  return () => {
    if (process.platform !== 'linux') return undefined
    if (looks++ % SEEK_EVERY === 0) members = livingMembers(group)
    const uses = members.flatMap((pid) => useOf(pid) ?? [])
    if (uses.length === 0) return undefined
    return {
      rssBytes: uses.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
      cpuMs: uses.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      processes: uses.length,
    }
  }
}

/** Fields 14, 15 and 24 of /proc/PID/stat (proc(5)): its own time in user mode and in the kernel, its pages in memory. */
function useOf(pid: number): { readonly rssBytes: number; readonly cpuMs: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user, kernel, pages] = [fields[11], fields[12], fields[21]].map(Number)
    if (user === undefined || kernel === undefined || pages === undefined) return undefined
    return { rssBytes: PAGE_BYTES * pages, cpuMs: TICK_MS * (user + kernel) }
  } catch {
    return undefined
  }
}
