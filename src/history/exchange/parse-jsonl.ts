import { sealOf } from '../record.ts'
import { type Entry, FORMAT, type Placed } from './entry.ts'
import { issueOf } from './issue.ts'
import { type BadLine, refuse } from './refuse.ts'
import { entry, header } from './schemas.ts'

/**
 * The entries of an export. Throws `usage` with the numbers of the lines that are none: cut short, changed after they were sealed,
 * or of a later version.
 */
export function parseJsonl(file: string, text: string): readonly Placed<Entry>[] {
  const lines = text.split('\n')
  const bad: BadLine[] = []
  const entries: Placed<Entry>[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const found = index === 0 ? headerFault(line) : entryOf(line)
    if (typeof found === 'string') bad.push({ line: index + 1, says: found })
    else if (found) entries.push({ line: index + 1, entry: found })
  }
  if (lines.every((line) => line.trim() === '')) bad.push({ line: 1, says: 'the file is empty' })
  refuse(file, bad)
  return entries
}

function headerFault(line: string): string | undefined {
  const parsed = header.safeParse(jsonOf(line))
  if (!parsed.success)
    return 'it is no header of an infergate history, as `infergate history export` writes it'
  if (parsed.data.format > FORMAT.format)
    return `it was written by a newer infergate (format ${parsed.data.format}): update infergate`
  return undefined
}

/** The entry, or what is wrong with the line. */
function entryOf(line: string): Entry | string {
  const json = jsonOf(line)
  if (json === undefined) return 'it is no JSON; it may have been cut short'
  const parsed = entry.safeParse(json)
  if (!parsed.success) return issueOf(parsed.error)
  const one = parsed.data as Entry
  if (one.kind === 'run' && sealOf(one.record) !== one.seal)
    return `run ${one.record.runId} was changed after it was sealed`
  return one
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
