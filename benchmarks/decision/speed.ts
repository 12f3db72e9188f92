import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { createRandom, normal } from '../../src/random.ts'
import { changePoints } from '../../src/statistics/index.ts'
import { keepResult, type Provenance, provenanceOf } from './results.ts'

/** Points a second of processor time of one core, end to end: from an array of values to change points. */
export type SpeedResults = Provenance & {
  readonly nights: number
  readonly processor: string
  readonly cores: number
  readonly quiet: SpeedOf
  readonly stepped: SpeedOf
}

export type SpeedOf = { readonly infergate: number; readonly otava?: number }

export type SpeedWork = {
  readonly seed: number
  readonly today: Date
  readonly say: (line: string) => void
  readonly python?: string
}

const NIGHTS = 365
/** As many as take a second or so. */
const SERIES = { infergate: 800, otava: 40 }
/** The first rounds are compiled; the fastest of the others is what the code can do on a machine that others use too. */
const ROUNDS = 7

export function runSpeed({ seed, today, say, python }: SpeedWork): void {
  const speedOf = (isStepped: boolean): SpeedOf => ({
    infergate: ownSpeed(yearsOf(SERIES.infergate, seed, isStepped)),
    ...(python !== undefined && { otava: otavaSpeed(python, yearsOf(SERIES.otava, seed, isStepped)) }),
  })
  const results: SpeedResults = {
    ...provenanceOf(seed, ['src/statistics/**/*.ts', 'benchmarks/decision/speed*.ts'], today),
    ...{ nights: NIGHTS, processor: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    ...{ quiet: speedOf(false), stepped: speedOf(true) },
  }
  keepResult('speed', results)
  say(`change points: ${Math.round(results.quiet.infergate / 1_000)} thousand points a second`)
}

/** AR(1) 0.3 and a deviation of 3 %; with a step of 10 % in the middle. */
function yearsOf(count: number, seed: number, isStepped: boolean): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, i) => {
    const random = createRandom(`speed ${seed} ${i}`)
    let last = normal(random)
    return Array.from({ length: NIGHTS }, (_, night) => {
      last = 0.3 * last + Math.sqrt(1 - 0.3 ** 2) * normal(random)
      return (isStepped && night >= 200 ? 110 : 100) * Math.exp(0.03 * last)
    })
  })
}

function ownSpeed(years: readonly (readonly number[])[]): number {
  const speeds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage()
    for (const year of years) changePoints(year)
    const { user, system } = process.cpuUsage(before)
    return (years.length * NIGHTS) / ((user + system) / 1e6)
  })
  return Math.round(Math.max(...speeds))
}

const otavaSpeed = (python: string, years: readonly (readonly number[])[]): number =>
  Math.round(
    Number(
      execFileSync(python, [join(import.meta.dirname, 'otava_speed.py')], {
        input: JSON.stringify(years),
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      }),
    ),
  )
