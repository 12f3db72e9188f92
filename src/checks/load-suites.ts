import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HarnessError } from '../errors.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import { takeDeclared } from '../promises/promise.ts'
import type { PromiseEntry } from '../records/index.ts'
import { resolveOwnPackage } from './own-package.ts'
import { SUITES, suiteFile } from './suite-files.ts'

const LIST = new URL('../../fixtures/promises.json', import.meta.url)

/** The built-in promises as they stand in the closed list: what a run must have judged to be able to pass. */
export function loadClosedList(): readonly PromiseEntry[] {
  return JSON.parse(readFileSync(LIST, 'utf8'))
}

/** All built-in promises, in the order of their suites. */
export const loadBuiltInSuites = (): Promise<readonly DeclaredPromise[]> => loadInOrder(SUITES.map(suiteFile))

/** What suite files of a user's declare, in their order. Throws `config-invalid` with the file and what is wrong with it. */
export async function loadUserSuites(files: readonly string[]): Promise<readonly DeclaredPromise[]> {
  resolveOwnPackage()
  return loadInOrder([...new Set(files.map((file) => resolve(file)))])
}

async function loadInOrder(files: readonly string[]): Promise<readonly DeclaredPromise[]> {
  const suites: DeclaredPromise[] = []
  for (const file of files) suites.push(...(await loadSuite(file)))
  return suites
}

/** A module runs once in a process, so what it declared is kept. */
const declared = new Map<string, Promise<readonly DeclaredPromise[]>>()
let turn: Promise<unknown> = Promise.resolve()

/** One file after the other: what is declared while a file loads is its own. */
function loadSuite(file: string): Promise<readonly DeclaredPromise[]> {
  const known = declared.get(file)
  if (known) return known
  const loading = turn.then(() => declaredBy(file))
  declared.set(file, loading)
  turn = loading.catch(() => {})
  return loading
}

async function declaredBy(file: string): Promise<readonly DeclaredPromise[]> {
  if (!existsSync(file))
    throw unusable(`The suite file ${file} does not exist: correct \`suites\` in the configuration.`)
  takeDeclared()
  try {
    await import(pathToFileURL(file).href)
  } catch (cause) {
    takeDeclared()
    throw unusable(
      `The suite file ${file} does not load (${(cause as Error).message}): correct it and run again.`,
      cause,
    )
  }
  const suite = takeDeclared()
  if (suite.length === 0)
    throw unusable(
      `The suite file ${file} declares no promise: call \`promise(id, …)\` in it, or take it out of \`suites\`.`,
    )
  return suite
}

const unusable = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('config-invalid', message, { cause })
