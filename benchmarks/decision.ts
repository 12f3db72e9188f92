import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeWhole } from '../src/disk.ts'
import { runBudgets } from './decision/budgets.ts'
import { documentOf } from './decision/document.ts'
import { runGate } from './decision/gate-part.ts'
import { runNights } from './decision/night.ts'
import { readResults } from './decision/results.ts'
import { runSpeed } from './decision/speed.ts'
import { runTcpd } from './decision/tcpd.ts'
import { runTrend } from './decision/trend.ts'
import { runWatches } from './decision/watch.ts'

/**
 * Simulates the decisions where the truth is known, measures their speed, and writes docs/statistics.md:
 * `npm run bench:decision [-- --only PART] [--otava PYTHON] [--tcpd DIR] [--trials N] [--years N] [--steps N] [--minutes N] [--page]`. `--otava`: an interpreter
 * that has apache-otava; `--minutes`: begin nothing new after so many, the same command goes on; `--page`: the page alone.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    trials: { type: 'string', default: '2000' },
    years: { type: 'string', default: '200' },
    steps: { type: 'string', default: '400' },
    otava: { type: 'string' },
    tcpd: { type: 'string' },
    'otava-years': { type: 'string', default: '12' },
    'otava-steps': { type: 'string', default: '24' },
    minutes: { type: 'string', default: 'Infinity' },
    page: { type: 'boolean', default: false },
  },
})
const DOCUMENT = join(import.meta.dirname, '../docs/statistics.md')
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const startedMs = performance.now()
const hasTime = (): boolean => performance.now() - startedMs < Number(values.minutes) * 60_000
const seed = Number(values.seed)
const today = new Date()

const python = values.otava !== undefined && { python: values.otava }

/** Each says whether all of it is done. */
const PARTS: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  gate: () => runGate({ seed, today, say, hasTime, trials: Number(values.trials) }),
  night: () => {
    runNights({ seed, today, say, trials: Number(values.trials) / 2 })
    return true
  },
  watch: () => {
    runWatches({ seed, today, say, trials: Number(values.trials) })
    return true
  },
  trend: () =>
    runTrend({
      ...{ seed, today, say, hasTime, years: Number(values.years), steps: Number(values.steps) },
      ...(values.otava && {
        otava: {
          python: values.otava,
          years: Number(values['otava-years']),
          steps: Number(values['otava-steps']),
        },
      }),
    }),
  tcpd: () => {
    if (values.tcpd === undefined) say('tcpd: left out; --tcpd DIR names a folder of the data set')
    else runTcpd({ folder: values.tcpd, today, say, ...python })
    return true
  },
  speed: () => {
    runSpeed({ seed, today, say, ...python })
    return true
  },
  budgets: async () => {
    await runBudgets({ seed, today, say })
    return true
  },
}

for (const [name, run] of Object.entries(PARTS)) {
  if (values.page || (values.only !== undefined && values.only !== name)) continue
  if (!(await run())) say(`${name}: not all is done; the same command goes on`)
}
writeWhole(DOCUMENT, documentOf(readResults()))
say('docs/statistics.md')
