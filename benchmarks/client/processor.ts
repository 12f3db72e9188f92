import { readFileSync } from 'node:fs'

/** Milliseconds of one tick of /proc: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10

/** User and system time of a process, without its children (proc_pid_stat(5), fields 14 and 15). */
export function cpuTimeOf(pid: number): number {
  const [user = 0, system = 0] = fieldsOf(pid).slice(11, 13).map(Number)
  return (user + system) * TICK_MS
}

/** The fields after the name, which may hold anything: the state is the first. */
export const fieldsOf = (pid: number | string): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []

/** Time that all cores worked since the machine started, whoever for: user, nice, system, irq, softirq and steal. */
export function busyTime(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1)
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .replace(/^cpu +/, '')
    .split(' ')
    .map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MS
}
