import { readFileSync } from 'node:fs'

/** The version of infergate: package.json lies one folder up in the source tree, and the built code has one of its own there. */
export function toolVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}
