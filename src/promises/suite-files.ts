import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built-in suites in the order in which they run: whether it lives, and whether it stays loaded, comes first. */
export const SUITES = [
  'health',
  'lifecycle',
  'generation',
  'errors',
  'streaming',
  'structured-outputs',
] as const

/** The file of a built-in suite: .ts in the source tree, .js in the package, at the same place beside this one. */
export function suiteFile(suite: string): string {
  return fileURLToPath(new URL(`../../suites/${suite}.suite${extname(import.meta.url)}`, import.meta.url))
}

/** The files to run, in order, and what is wrong with the choice. */
export function chooseFiles(
  suites: readonly string[] | undefined,
  userFiles: readonly string[],
): { files: readonly string[]; errors: readonly string[] } {
  const builtIn = SUITES.filter((suite) => suites === undefined || suites.includes(suite)).map(suiteFile)
  const files = [...new Set([...builtIn, ...userFiles.map((file) => resolve(file))])]
  const absent = files
    .filter((file) => !existsSync(file))
    .map((file) => `the suite file ${file} does not exist`)
  return { files: files.filter((file) => existsSync(file)), errors: absent }
}
