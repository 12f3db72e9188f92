import { readFileSync } from 'node:fs'

/** infergate's own version. package.json lies one folder up in the source tree; built code has one of its own there. */
export function toolVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
}
