import { readFileSync } from 'node:fs'
import { HarnessError } from '../errors.ts'
import type { PromiseEntry } from '../records/index.ts'
import { installRegistrar } from './context.ts'
import { resolveOwnPackage } from './own-package.ts'

const LIST = new URL('../../fixtures/promises.json', import.meta.url)

/** The built-in promises as they stand in the closed list: what a run must have judged to be able to pass. */
export function loadPromises(): readonly PromiseEntry[] {
  return JSON.parse(readFileSync(LIST, 'utf8'))
}

/** What suite files register, without running a check: imports them with a registrar that only lists. */
export async function collectPromises(files: readonly URL[]): Promise<readonly PromiseEntry[]> {
  const listed: PromiseEntry[] = []
  resolveOwnPackage()
  installRegistrar({ add: (entry) => listed.push(entry) })
  try {
    for (const file of files) await import(file.href)
  } catch (cause) {
    throw new HarnessError('suites-unrunnable', `A suite file does not load: ${(cause as Error).message}`, {
      cause,
    })
  } finally {
    installRegistrar(undefined)
  }
  return listed
}
