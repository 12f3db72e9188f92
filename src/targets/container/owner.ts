import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { readProcessStat } from '../process-stat.ts'

/** Labels of everything that infergate leaves with an engine: who made it, for which run, and when anyone may remove it. */
export const LABELS = {
  owner: 'infergate.owner',
  run: 'infergate.run',
  expires: 'infergate.expires',
} as const

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

export const ownerLabels = (runId: string, expires: Date, owner = thisOwner()): Record<string, string> => ({
  [LABELS.owner]: [owner.host, owner.boot, owner.namespace, owner.pid, owner.started].join('/'),
  [LABELS.run]: runId,
  [LABELS.expires]: expires.toISOString(),
})

/**
 * Why what carries these labels may be removed; undefined while it must stay. The owner's death can be seen only where its
 * process ids are ours too; elsewhere its time to live decides.
 */
export function leftoverReason(
  labels: Readonly<Record<string, string>>,
  now: Date,
  here: Owner = thisOwner(),
): string | undefined {
  const expires = Date.parse(labels[LABELS.expires] ?? '')
  if (expires <= now.getTime()) return `its time to live ended at ${labels[LABELS.expires]}`
  const [host, boot, namespace, pid, started] = labels[LABELS.owner]?.split('/') ?? []
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
