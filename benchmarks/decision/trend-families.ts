import { createRandom, normal, type Random } from '../../src/random.ts'
import type { Night } from '../../src/records/index.ts'

/** A night of a simulated series: how far log(value) lies from its level by chance, and on which host, where that is recorded. */
type Chance = { readonly off: number; readonly host?: string; readonly measured?: boolean }

export type Family = {
  readonly name: string
  readonly says: string
  /** False alarms a series-year that are allowed at most. */
  readonly goal: number
  /** One night after another: a generator has its own memory. */
  readonly nights: (random: Random) => (index: number) => Chance
}

/** Standard deviation of log(value) from night to night, and how far apart two hosts are. */
export const SD = 0.03
export const HOSTS_APART = 0.08

const autoregressive = (correlation: number) => (random: Random) => {
  let state = SD * normal(random)
  return (): Chance => {
    state = correlation * state + SD * Math.sqrt(1 - correlation ** 2) * normal(random)
    return { off: state }
  }
}

const twoHosts = (random: Random, isNamed: boolean) => (): Chance => {
  const isFirst = random.next() < 0.5
  const off = SD * normal(random) + (isFirst ? 0 : HOSTS_APART)
  return { off, ...(isNamed && { host: isFirst ? 'a' : 'b' }) }
}

const iid = (random: Random) => (): Chance => ({ off: SD * normal(random) })

export const FAMILIES: readonly Family[] = [
  { name: 'iid', says: 'independent normal log values, sd 3 %', goal: 0.1, nights: iid },
  {
    ...{ name: 'log-normal', goal: 0.5 },
    says: 'a floor of 95 and a log-normal rest of median 5 (σ 0.8): a tail to the right',
    nights: (random) => () => ({ off: Math.log((95 + 5 * Math.exp(0.8 * normal(random))) / 100) }),
  },
  { name: 'AR 0.3', says: 'autoregressive, ρ = 0.3, sd 3 %', goal: 0.1, nights: autoregressive(0.3) },
  { name: 'AR 0.6', says: 'autoregressive, ρ = 0.6, sd 3 %', goal: 0.5, nights: autoregressive(0.6) },
  {
    ...{ name: 'two hosts', goal: 0.5, nights: (random) => twoHosts(random, true) },
    says: 'each night on one of two hosts 8 % apart, by chance; the host is recorded',
  },
  {
    ...{ name: 'two hosts, not recorded', goal: 0.5, nights: (random) => twoHosts(random, false) },
    says: 'the same, and nobody wrote down which host',
  },
  {
    ...{ name: 'spikes', goal: 0.5 },
    says: 'iid, and 5 % of nights 20 to 100 % slower',
    nights: (random) => () => ({
      off: SD * normal(random) + (random.next() < 0.05 ? Math.log(1.2 + 0.8 * random.next()) : 0),
    }),
  },
  {
    ...{ name: 'weekly cycle', goal: 0.5 },
    says: 'iid, and two nights of seven 4 % faster',
    nights: (random) => (index) => ({ off: SD * normal(random) - (index % 7 < 2 ? 0.04 : 0) }),
  },
  {
    ...{ name: 'missing nights', goal: 0.5 },
    says: 'iid, 10 % of nights missing, and fourteen in a row',
    nights: (random) => {
      const gap = random.integer(30, 330)
      return (index) => ({
        off: SD * normal(random),
        measured: random.next() >= 0.1 && !(index >= gap && index < gap + 14),
      })
    },
  },
]

const FIRST_DAY = Date.UTC(2025, 0, 1, 3)
const DAY_MS = 86_400_000

/** Nights of one series of a family: its number is its seed; `level` adds to log(value) of a night. */
export function nightsOf(
  family: Family,
  { seed, series, count, level = () => 0 }: SeriesOptions,
): readonly (Night & { readonly index: number })[] {
  const random = createRandom(`${seed} ${family.name} ${series}`)
  const next = family.nights(random)
  return Array.from({ length: count }, (_, index) => ({ index, ...next(index) })).flatMap(
    ({ index, off, host, measured = true }) =>
      measured
        ? [
            {
              ...{ index, runId: String(index), at: new Date(FIRST_DAY + index * DAY_MS).toISOString() },
              ...{ value: 100 * Math.exp(off + level(index)), starts: 3 },
              ...{ verdict: 'PASS' as const, state: 'complete' as const },
              attributes: host === undefined ? {} : { host },
            },
          ]
        : [],
  )
}

export type SeriesOptions = {
  readonly seed: number
  readonly series: number
  readonly count: number
  readonly level?: (index: number) => number
}
