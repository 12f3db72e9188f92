import { ProgramError } from './cli-program.ts'

/** One line of `modal app history --json`. */
export type Deployed = { readonly number: number; readonly tag?: string }

/** Newest first. Keys are `version` and `tag` since 1.5.0 of Modal's client, `Version` and `Tag` before. Throws on what is no history. */
export function readHistory(json: string): readonly Deployed[] {
  const rows: unknown = JSON.parse(json)
  if (!Array.isArray(rows)) throw new ProgramError('modal app history --json printed no list')
  return rows.map(readRow).sort((a, b) => b.number - a.number)
}

function readRow(row: unknown): Deployed {
  const cell = (key: string): unknown =>
    Object(row)[key] ?? Object(row)[`${key[0]?.toUpperCase()}${key.slice(1)}`]
  const number = /^v(\d+)$/.exec(String(cell('version')))?.[1]
  if (number === undefined)
    throw new ProgramError('a line of modal app history --json has no version such as v12')
  const tag = cell('tag')
  return { number: Number(number), ...(typeof tag === 'string' && tag !== '' && { tag }) }
}

type Target =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'there'; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string }

/** Which version of the history `to` is: by its number, by its tag, or as what was newest before `from`. */
export function numberToGoBackTo(
  rows: readonly Deployed[],
  { from, to }: { readonly from: string; readonly to: string },
): Target {
  const isNamed = (name: string) => (row: Deployed) => row.tag === name || `v${row.number}` === name
  const [newest] = rows
  if (newest !== undefined && isNamed(to)(newest))
    return { kind: 'there', because: `${to} is already the newest in Modal's history.` }
  const named = rows.find(isNamed(to))
  if (named !== undefined) return { kind: 'number', number: named.number }
  const began = rows.findIndex(isNamed(from))
  if (began < 0)
    return { kind: 'there', because: `${from} is not in Modal's history: its deploy changed nothing there.` }
  const before = rows[began + 1]
  return before === undefined
    ? {
        kind: 'unknown',
        because: `Modal's history has nothing before ${from}: there is nothing to go back to.`,
      }
    : { kind: 'number', number: before.number }
}
