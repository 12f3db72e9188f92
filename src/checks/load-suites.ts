import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HarnessError } from '../errors.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import { takeDeclared } from '../promises/promise.ts'
import type { PromiseEntry } from '../records/index.ts'
import { importUserModule } from '../user-module.ts'
import { SUITES, suiteFiles } from './suite-files.ts'

const LIST = new URL('../../fixtures/promises.json', import.meta.url)

/** The built-in promises as they stand in the closed list: what a run must have judged to be able to pass. */
export function loadClosedList(): readonly PromiseEntry[] {
  return JSON.parse(readFileSync(LIST, 'utf8'))
}

/** All built-in promises, in the order of their suites. */
export const loadBuiltInSuites = (): Promise<readonly DeclaredPromise[]> =>
  loadInOrder(SUITES.flatMap(suiteFiles), (file) => import(pathToFileURL(file).href))

/** What suite files of a user's declare, in their order. Throws `config-invalid` with the file and what is wrong with it. */
export const loadUserSuites = (files: readonly string[]): Promise<readonly DeclaredPromise[]> =>
  loadInOrder([...new Set(files.map((file) => resolve(file)))], (file) =>
    importUserModule(file, 'suite file'),
  )

type Import = (file: string) => Promise<unknown>

async function loadInOrder(files: readonly string[], load: Import): Promise<readonly DeclaredPromise[]> {
  const suites: DeclaredPromise[] = []
  for (const file of files) suites.push(...(await loadSuite(file, load)))
  return suites
}

/** A module runs once in a process, so what it declared is kept. */
const declared = new Map<string, Promise<readonly DeclaredPromise[]>>()
let turn: Promise<unknown> = Promise.resolve()

/** One file after the other: what is declared while a file loads is its own. */
function loadSuite(file: string, load: Import): Promise<readonly DeclaredPromise[]> {
  const known = declared.get(file)
  if (known) return known
  const loading = turn.then(() => declaredBy(file, load))
  declared.set(file, loading)
  turn = loading.catch(() => {})
  return loading
}

async function declaredBy(file: string, load: Import): Promise<readonly DeclaredPromise[]> {
  takeDeclared()
  await load(file)
  const suite = takeDeclared()
  if (suite.length > 0) return suite
  throw new HarnessError(
    'config-invalid',
    `The suite file ${file} declares no promise: call \`promise(id, …)\` in it, or take it out of \`suites\`.`,
  )
}
