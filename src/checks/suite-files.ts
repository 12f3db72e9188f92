import { extname } from 'node:path'
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
