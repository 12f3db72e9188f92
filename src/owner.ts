import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { readProcessStat } from './process-stat.ts'

/** A process, told apart from a later one with the same id, also across starts of the machine and process namespaces. */
export type Owner = {
  readonly host: string
  /** Of this start of the machine; empty where the system does not tell. */
  readonly boot: string
  readonly namespace: string
  readonly pid: number
  /** The kernel's ticks at the process's start; empty where the system does not tell. */
  readonly started: string
}

export const thisOwner = (): Owner => ({
  host: hostname().replaceAll(/[^\w.-]/g, '-'),
  boot: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  namespace: readOr('', () => readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')),
  pid: process.pid,
  started: startOf(process.pid),
})

/** As one word, for a label or a file. */
export const spellOwner = ({ host, boot, namespace, pid, started }: Owner): string =>
  [host, boot, namespace, pid, started].join('/')

/**
 * How it is known that a process is gone; undefined while it lives, and where that cannot be seen: its death shows only where its
 * process ids are ours too.
 */
export function whyGone(spelled: string, here: Owner = thisOwner()): string | undefined {
  const [host, boot, namespace, pid, started] = spelled.split('/')
  if (host !== here.host || pid === undefined) return undefined
  if (boot !== here.boot) return 'the machine was started anew'
  if (namespace !== here.namespace) return undefined
  return isAlive(Number(pid), started ?? '')
    ? undefined
    : `the infergate that started it (pid ${pid}) is gone`
}

function isAlive(pid: number, started: string): boolean {
  if (started !== '') return startOf(pid) === started
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user's is alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function startOf(pid: number): string {
  const stat = readProcessStat(pid)
  return stat?.isAlive ? stat.startTicks : ''
}

function readOr<T>(fallback: T, read: () => T): T {
  try {
    return read()
  } catch {
    return fallback
  }
}
