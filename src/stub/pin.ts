import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

/** Where a stub runs: alone on one core as far as it can be had, or why not. The client is not kept off that core. */
export type Core = { readonly pinnedTo: number } | { readonly unpinnedBecause: string }

/** Binds all threads of a process to the last core that this process may use, with taskset of util-linux. */
export async function pin(pid: number): Promise<Core> {
  if (availableParallelism() < 2) return { unpinnedBecause: 'this process may use one core only' }
  try {
    const core = lastAllowedCore(readFileSync('/proc/self/status', 'utf8'))
    await promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
    return { pinnedTo: core }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { unpinnedBecause: code === 'ENOENT' ? 'this system has no taskset' : message.trim() }
  }
}

/** From `Cpus_allowed_list: 0-3,8`: 8. */
export function lastAllowedCore(status: string): number {
  const [, last] = /^Cpus_allowed_list:.*?(\d+)$/m.exec(status) ?? []
  if (last === undefined) throw new Error('/proc/self/status has no Cpus_allowed_list')
  return Number(last)
}
