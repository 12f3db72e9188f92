import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder, writeWhole } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import type { Io } from './io.ts'

/**
 * The file of a page that `--html` asks for, proven writable before anything is computed: what comes back writes the page there and
 * says where it lies. Undefined where no page is asked for. Throws `usage` or `reports-unwritable`.
 */
export function pageFile(place: string | undefined, io: Io): ((page: string) => void) | undefined {
  if (place === undefined) return undefined
  if (place === '' || place === '-')
    throw new HarnessError(
      'usage',
      `--html ${place || "''"} names no file: give it one, as in --html page.html.`,
    )
  const file = resolve(io.cwd, place)
  if (existsSync(file) && statSync(file).isDirectory())
    throw new HarnessError(
      'usage',
      `--html ${place} is a folder: name a file in it, as in --html ${place}/page.html.`,
    )
  attempt(file, () => {
    makeFolder(dirname(file))
    const isNew = !existsSync(file)
    writeFileSync(file, '', { flag: 'a' })
    if (isNew) rmSync(file)
  })
  return (page) => {
    attempt(file, () => writeWhole(file, page))
    io.stderr(`Page: ${place}\n`)
  }
}

function attempt(file: string, write: () => void): void {
  try {
    write()
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause
    throw new HarnessError(
      'reports-unwritable',
      `${file} cannot be written (${cause.message}): give --html another path.`,
      { cause },
    )
  }
}
