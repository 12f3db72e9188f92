/** What stands for "no value" in CSV files that people and programs write. */
const MISSING = new Set(['', 'nan', 'na', 'n/a', 'null', 'none', 'nil', '-', '.'])

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const INFINITE = /^[+-]?inf(?:inity)?$/i

/** A number; `missing` where there is none; `infinite`; `unreadable` where something else stands. */
export function readNumber(cell: string): number | 'missing' | 'infinite' | 'unreadable' {
  const text = cell.trim()
  if (MISSING.has(text.toLowerCase())) return 'missing'
  if (INFINITE.test(text)) return 'infinite'
  if (!NUMBER.test(text)) return 'unreadable'
  const value = Number(text)
  return Number.isFinite(value) ? value : 'infinite'
}

/** A day, a day and a time with or without seconds and zone: ISO 8601, or a blank instead of its T. */
const ISO_TIME = /^\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/i

/** Something that orders rows: a number as it is, an ISO 8601 time in milliseconds since 1970, UTC where no zone is named. */
export function readTime(cell: string): number | 'missing' | 'unreadable' {
  const text = cell.trim()
  const number = readNumber(text)
  if (number !== 'unreadable') return number === 'infinite' ? 'unreadable' : number
  const iso = ISO_TIME.exec(text)
  if (!iso) return 'unreadable'
  const zoned = text.length > 10 && !iso[1] ? `${text}Z` : text
  const time = Date.parse(
    zoned
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/([+-]\d\d)(\d\d)$/, '$1:$2'),
  )
  return Number.isNaN(time) ? 'unreadable' : time
}
