import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeWhole } from '../src/disk.ts'
import { type Cell, cellsOf, inRandomOrder } from './client/cells.ts'
import { CLIENTS } from './client/clients/index.ts'
import { documentOf } from './client/document.ts'
import { measure } from './client/measure.ts'
import type { Round } from './client/records.ts'
import { keepRound, openResults, readAllResults, settingOf } from './client/results.ts'
import { Stubs } from './client/stub.ts'

/**
 * Measures load clients on a stub whose times are known and writes docs/benchmarks.md:
 * `npm run bench:client [-- --only WORD…] [--rounds N] [--few-rounds N] [--seed N] [--fresh] [--page]`. `--only`: clients with the word in their
 * name, repeatable; `--page`: the page alone, from what was measured. What was measured is kept as it comes, and the same command goes on, unless it is
 * told to begin anew (`--fresh`), or a version differs.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    rounds: { type: 'string', default: '10' },
    'few-rounds': { type: 'string', default: '3' },
    fresh: { type: 'boolean', default: false },
    seed: { type: 'string', default: '11' },
    page: { type: 'boolean', default: false },
  },
})
const DOCUMENT = join(import.meta.dirname, '../docs/benchmarks.md')
/** A round that is void is tried again, so often. */
const MOST_TRIES = 3

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const seed = Number(values.seed)
const installed = CLIENTS.filter((client) => client.version() !== undefined)
const isOf =
  ({ client, load }: Cell, round: number) =>
  (one: Round): boolean =>
    one.client === client.name &&
    one.streams === load.streams &&
    one.rate === load.rate &&
    one.round === round

/** What is left to do, in the order of the rounds. */
function planOf(rounds: readonly Round[]): readonly { readonly cell: Cell; readonly round: number }[] {
  const cells = cellsOf(installed.filter(({ name }) => values.only.some((word) => name.includes(word))))
  const most = Math.max(Number(values.rounds), Number(values['few-rounds']))
  return Array.from({ length: most + 1 }, (_, round) => round).flatMap((round) =>
    inRandomOrder(cells, seed, round).flatMap((cell) => {
      const { startsSlowly, isMeasuredSeldom } = cell.client
      // One start of a slow one brings its files into memory.
      if (startsSlowly && round === 0 && cell.load.streams > 1) return []
      if (round > Number(isMeasuredSeldom ? values['few-rounds'] : values.rounds)) return []
      const isDone = rounds.some((one) => isOf(cell, round)(one) && one.void === undefined)
      return isDone ? [] : [{ cell, round }]
    }),
  )
}

function describe(one: Round): string {
  const { skewMs, cpuMs, rssMb, lost, failure } = one
  const load = one.rate === undefined ? `${one.streams} streams` : `${one.rate}/s`
  const skew = skewMs ? `skew ${skewMs.p50.toFixed(2)}/${skewMs.p99.toFixed(2)} ms, ` : ''
  const { p99 } = one.stubLateMs
  const why = one.void && `void: ${one.void} (${p99.toFixed(1)} ms, ${one.foreignCores.toFixed(2)} cores)`
  const problem = failure ?? why
  return `${one.client}, ${load}, round ${one.round}: ${skew}CPU ${(cpuMs / 1_000).toFixed(2)} s, ${rssMb.toFixed(0)} MB, ${lost} lost${problem ? `; ${problem}` : ''}`
}

async function run(): Promise<void> {
  await using stubs = new Stubs()
  const { rounds } = openResults(settingOf(CLIENTS, seed), values.fresh)
  const plan = planOf(rounds)
  say(`seed ${seed}, ${plan.length} rounds of cells to measure`)
  const startedMs = performance.now()
  for (const [done, { cell, round }] of plan.entries()) {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const one = await measure(cell, round, await stubs.of(cell.load.pace))
      keepRound(one)
      const minutes = (performance.now() - startedMs) / 60_000
      const left = ((minutes / (done + 1)) * (plan.length - done - 1)).toFixed(1)
      say(`${done + 1} of ${plan.length} (${left} min left): ${describe(one)}`)
      if (one.void === undefined) break
    }
  }
}

if (!values.page) await run()
writeWhole(DOCUMENT, documentOf(readAllResults()))
