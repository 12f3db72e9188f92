import { readFileSync } from 'node:fs'

export type ProcessStat = {
  /** A zombie holds nothing and waits for its parent only; its id is taken all the same. */
  readonly isAlive: boolean
  readonly group: number
  /** Its start, in ticks of the kernel since the machine's: with its id it tells it from every other process. */
  readonly startTicks: string
}

/** One line of /proc/PID/stat (proc(5)); undefined for a process that is gone, and where the system has no /proc. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  // The name stands in parentheses and may hold anything, also parentheses: fields count from the last one, 3 is the first.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', group, startTicks = ''] = [fields[0], fields[2], fields[19]]
  return { isAlive: state !== 'Z' && state !== 'X', group: Number(group), startTicks }
}
