import type { LoadSearch, SearchStep, Verdict } from '../records/index.ts'
import { significant } from './figures.ts'
import type { Table } from './load-table.ts'

const COLUMNS = [
  ['answered/s', 'requestsPerSecond'],
  ['ttft p50', 'ttftMsP50'],
  ['ttft p99', 'ttftMsP99'],
  ['tpot p50', 'tpotMsP50'],
  ['tpot p99', 'tpotMsP99'],
  ['goodput/s', 'goodput'],
] as const
const LEVELS = { rate: 'requests/s', concurrency: 'in flight' } as const
const NONE = '–'

/** A search or a sweep, a level a line, in the order of the levels; repeats stand below each other. Milliseconds. */
export function searchTable({ search }: Pick<Verdict, 'search'>): Table | undefined {
  if (!search) return undefined
  const steps = search.steps.toSorted((one, other) => one.level - other.level)
  return {
    head: [LEVELS[search.of], ...COLUMNS.map(([title]) => title), 'outcome'],
    rows: steps.map((step) => [
      String(step.level),
      ...COLUMNS.map(([, name]) => figureOf(step, name)),
      outcomeOf(step, search),
    ]),
  }
}

function figureOf({ figures }: SearchStep, name: string): string {
  const value = figures[name]
  return value === undefined ? NONE : significant(value)
}

function outcomeOf({ outcome, limit, level }: SearchStep, { knee }: LoadSearch): string {
  const why = outcome === 'broken' && limit !== undefined ? ` (${limit.replace('steady.', '')})` : ''
  return `${outcome}${why}${level === knee?.level ? ', the knee' : ''}`
}
