import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { keepResult, readResults } from '../../benchmarks/decision/results.ts'

/**
 * `npm run mutants [-- --mutate FILE,…]`: changes the formulas of src/statistics one place at a time (Stryker) and keeps how many of these mutants
 * the tests tell from the original. Not in CI: all files take most of an hour. `npm run bench:decision -- --page` writes docs/statistics.md.
 */
const ROOT = join(import.meta.dirname, '../..')
const REPORT = join(ROOT, '.infergate/mutants.json')

rmSync(REPORT, { force: true })
const { status, error } = spawnSync(
  'npx',
  ['stryker', 'run', join(import.meta.dirname, 'stryker.config.json'), ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit' },
)
if (error) throw error
// Stryker has said why: a run that ended early measured nothing.
if (!existsSync(REPORT)) process.exit(status ?? 1)

type Report = { readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>> }
type Mutant = { readonly status: string }

const { files }: Report = JSON.parse(readFileSync(REPORT, 'utf8'))
const date = new Date().toISOString().slice(0, 10)
const measured = Object.entries(files).map(([file, { mutants }]) => {
  const count = (...of: readonly string[]) => mutants.filter((one) => of.includes(one.status)).length
  const told = count('Killed', 'Timeout')
  return [basename(file), { told, of: told + count('Survived', 'NoCoverage'), date }] as const
})
const before = readResults()['mutants'] as object | undefined
keepResult('mutants', { ...before, ...Object.fromEntries(measured) })
process.exitCode = status ?? 1
