import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { type ExchangeFormat, openHistory } from '../history/index.ts'
import { countOf } from '../reporters/index.ts'
import type { Io } from './io.ts'
import { type HistoryFlags, historyFile, lookIntoHistory } from './kept-history.ts'

export type ExchangeFlags = HistoryFlags & { readonly format?: ExchangeFormat }

/** Writes all that is kept to a file, or to stdout, and says the hash of it: equal histories have equal hashes. */
export async function runHistoryExport(
  file: string | undefined,
  flags: ExchangeFlags,
  io: Io,
): Promise<ExitCode> {
  await using history = await lookIntoHistory(flags, io)
  const hash = createHash('sha256')
  const to =
    file === undefined || file === '-'
      ? { write: io.stdout, done() {}, undo() {} }
      : wholeFile(resolve(io.cwd, file))
  try {
    const { entries } = await history.export(formatOf(file, flags), (text) => {
      hash.update(text)
      to.write(text)
    })
    to.done()
    io.stderr(`${countOf(entries, 'record')} exported, sha256:${hash.digest('hex')}.\n`)
    return EXIT.pass
  } catch (error) {
    to.undo()
    throw error
  }
}

/** Adds what a file holds; what is there already stays. Makes the history where there is none. */
export async function runHistoryImport(file: string, flags: ExchangeFlags, io: Io): Promise<ExitCode> {
  const path = resolve(io.cwd, file)
  const text = read(path)
  await using history = await openHistory(await historyFile(flags.config, io))
  const { added, present } = await history.import(formatOf(file, flags), path, text)
  io.stderr(
    `${countOf(added, 'record')} imported; ${present} ${present === 1 ? 'was' : 'were'} there already.\n`,
  )
  return EXIT.pass
}

const formatOf = (file: string | undefined, { format }: ExchangeFlags): ExchangeFormat =>
  format ?? (extname(file ?? '').toLowerCase() === '.csv' ? 'csv' : 'jsonl')

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HarnessError(
      'usage',
      `${path} cannot be read (${(cause as Error).message}): name another file.`,
      { cause },
    )
  }
}

/** A file that is there whole, or as it was before. */
function wholeFile(path: string) {
  const temporary = `${path}.${process.pid}.tmp`
  const orSay = <T>(act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      rmSync(temporary, { force: true })
      throw new HarnessError(
        'usage',
        `${path} cannot be written (${(cause as Error).message}): name another file.`,
        { cause },
      )
    }
  }
  const handle = orSay(() => openSync(temporary, 'w'))
  return {
    write: (text: string) => orSay(() => void writeSync(handle, text)),
    done: () =>
      orSay(() => {
        closeSync(handle)
        renameSync(temporary, path)
      }),
    undo: () => rmSync(temporary, { force: true }),
  }
}
