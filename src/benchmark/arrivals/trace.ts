import { HarnessError } from '../../errors.ts'
import type { TraceEntry, TraceReplay } from '../../records/index.ts'
import { azure } from './azure.ts'
import { type Extent, MOST_REQUESTS, tooMany } from './due-times.ts'
import { mooncake } from './mooncake.ts'
import { readLines } from './read-lines.ts'
import type { TraceLine } from './trace-format.ts'

const FORMATS = [mooncake, azure]
const SHOWN = 5
/** A trace that seems longer has its times in another unit. */
const LONGEST_DAYS = 31
const DAY_MS = 86_400_000

/**
 * The requests that a load takes from a trace, in order, due in milliseconds after its start. Without a window it begins with the
 * first entry; with one, at `fromMs` after it, and an entry keeps its distance from there. `durationMs` is the length of the load: at
 * speed 2 it takes twice as much of the trace. Lines after its end are not read.
 *
 * Lines out of order are bad lines: sorted, two traces in one file would silently become a load that nobody recorded. Throws `usage` with
 * the numbers and reasons of the first bad lines, or where the file or its window has no entry.
 */
export async function readTrace(
  { file, fromMs = 0, speed = 1 }: Omit<TraceReplay, 'shape'>,
  { durationMs = Number.POSITIVE_INFINITY, count = MOST_REQUESTS + 1 }: Extent = {},
): Promise<readonly TraceEntry[]> {
  const entries: TraceEntry[] = []
  const bad: string[] = []
  let [badLines, lastMs] = [0, 0]
  for await (const { number, entry } of numbered(file)) {
    const reason = typeof entry === 'string' ? entry : outOfPlace(entry.atMs, lastMs)
    if (typeof entry === 'string' || reason !== undefined) {
      if (badLines++ < SHOWN) bad.push(`  line ${number}: ${reason}`)
      continue
    }
    const { atMs, ...lengths } = entry
    lastMs = atMs
    const dueMs = (atMs - fromMs) / speed
    if (dueMs >= durationMs) break
    if (dueMs < 0) continue
    entries.push({ dueMs, ...lengths })
    if (entries.length > MOST_REQUESTS) throw tooMany()
    if (entries.length === count) break
  }
  if (badLines > 0) throw badTrace(file, badLines, bad)
  if (entries.length === 0) throw noEntry(file, fromMs, fromMs + durationMs * speed)
  return entries
}

/** Every line that is not blank, after the header if there is one, with its number from 1. */
async function* numbered(file: string): AsyncGenerator<{ number: number; entry: TraceLine | string }> {
  let read: ((line: string) => TraceLine | string) | undefined
  let number = 0
  for await (const line of readLines(file)) {
    number++
    if (line.trim() === '') continue
    if (!read) {
      const format = FORMATS.find((known) => known.recognises(line))
      if (!format) throw unknownFormat(file, number)
      read = format.reader()
      if (format.hasHeader) continue
    }
    yield { number, entry: read(line) }
  }
}

function outOfPlace(atMs: number, lastMs: number): string | undefined {
  if (atMs < lastMs)
    return `its time is ${rounded(lastMs - atMs)} ms before that of an entry above it: sort the file by time`
  if (atMs > LONGEST_DAYS * DAY_MS)
    return `its time is ${Math.round(atMs / DAY_MS)} days after the first entry, and at most ${LONGEST_DAYS} can be meant: is it in milliseconds?`
  return undefined
}

function badTrace(file: string, count: number, shown: readonly string[]): HarnessError {
  const more = count > shown.length ? `, the first ${shown.length}` : ''
  return new HarnessError(
    'usage',
    `The trace ${file} has ${count} bad ${count === 1 ? 'line' : 'lines'}${more}:\n${shown.join('\n')}\nCorrect or remove them and run again; nothing was sent.`,
  )
}

const unknownFormat = (file: string, line: number): HarnessError =>
  new HarnessError(
    'usage',
    `The trace ${file} is of no known form: line ${line} is neither a JSON object (Mooncake: {"timestamp": 0, "input_length": 128, "output_length": 64}) nor the header TIMESTAMP,ContextTokens,GeneratedTokens (Azure). Convert it to one of the two; nothing was sent.`,
  )

function noEntry(file: string, fromMs: number, endMs: number): HarnessError {
  const until = Number.isFinite(endMs) ? ` and before ${endMs / 1000} s` : ''
  const rest =
    fromMs > 0 ? ` from ${fromMs / 1000} s on${until}: choose another window` : ': give one that has'
  return new HarnessError('usage', `The trace ${file} has no entry${rest}; nothing was sent.`)
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
