import { type Goal, goalTable, percentOf } from './markdown.ts'

/** Of each file of src/statistics: how many mutants its tests tell from the original, of how many, and on which day. */
export type MutantResults = Readonly<Record<string, MutantCount>>
type MutantCount = { readonly told: number; readonly of: number; readonly date: string }

const LEAST = 0.9

/** The part of docs/statistics.md that tells how much of the formulas their tests hold. */
export function mutantsPage(results: MutantResults): readonly string[] {
  const files = Object.entries(results).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const [told, of] = [
    files.reduce((sum, [, one]) => sum + one.told, 0),
    files.reduce((sum, [, one]) => sum + one.of, 0),
  ]
  return [
    '## The tests of the formulas',
    '',
    `Of ${of} mutants of src/statistics the tests tell ${told} from the original, ${percentOf(told / of)}: \`npm run mutants\` changes one operator, border or call`,
    'at a time (Stryker). The words of assertions are left out (build/mutants). What is left are mostly changes that alter no result.',
    '',
    ...goalTable(files.map(([file, count]) => goalOf(file, count))),
    '',
  ]
}

const goalOf = (file: string, { told, of, date }: MutantCount): Goal => ({
  says: `${file} (${date})`,
  goal: `≥ ${percentOf(LEAST, 0)}`,
  measured: `${percentOf(told / of)} of ${of}`,
  isMet: told >= LEAST * of,
})
