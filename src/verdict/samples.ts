import type { Boot, Sample, Warmth } from '../records/index.ts'

/** The samples that count, by what they say; what holds a value that is no number is set apart and counts as nothing. */
export type Sorted = {
  /** One per start: the first good cold sample of each. */
  readonly cold: readonly (Sample & { readonly coldStartMs: number })[]
  /** Good answers after the warm-up, in the order in which they were sent. */
  readonly warm: readonly Sample[]
  /** Warm requests that failed, those of the warm-up too. */
  readonly failedWarm: readonly Sample[]
  /** Every warm request that was answered or failed, those of the warm-up too. */
  readonly askedWarm: readonly Sample[]
  readonly unusable: readonly Sample[]
}

/** Sorts samples. With `boots`, a sample counts only where its start is known, a cold one where it was started or woken and generated. */
export function sortSamples(samples: readonly Sample[], boots?: readonly Boot[]): Sorted {
  const started = boots?.filter(
    ({ origin, outcome }) => (origin === 'started' || origin === 'woken') && outcome === 'generating',
  )
  const has = (list: readonly Boot[] | undefined, { boot }: Sample) =>
    list?.some(({ index }) => index === boot) ?? true
  const taken = new Set<string>()
  const isUsable = (sample: Sample) => {
    const repeated = taken.has(placeOf(sample))
    taken.add(placeOf(sample))
    return !repeated && isWhole(sample) && has(boots, sample)
  }
  const { usable = [], unusable = [] } = Object.groupBy(samples, (sample) =>
    isUsable(sample) ? 'usable' : 'unusable',
  )
  const askedWarm = usable.filter(({ warmth }) => warmth === 'warm')
  const cold = usable.filter(isColdStart).filter((sample) => has(started, sample))
  return {
    cold: [...Map.groupBy(cold, ({ boot }) => boot).values()].flatMap((ofBoot) => ofBoot.slice(0, 1)),
    warm: askedWarm
      .filter(({ outcome, warmUp }) => outcome === 'completed' && !warmUp)
      .toSorted((a, b) => a.sentAtMs - b.sentAtMs),
    failedWarm: askedWarm.filter(({ outcome }) => outcome !== 'completed'),
    askedWarm,
    unusable,
  }
}

/** The samples without those that count as nothing. */
export function usableOf(
  samples: readonly Sample[],
  { unusable }: Pick<Sorted, 'unusable'>,
): readonly Sample[] {
  if (unusable.length === 0) return samples
  const none = new Set(unusable)
  return samples.filter((sample) => !none.has(sample))
}

/** Output tokens per second of each answer that came with their count (tokens / e2e). */
export const tokenRates = (answers: readonly Sample[]): readonly number[] =>
  answers.flatMap(({ outputTokens, e2eMs }) => (outputTokens ? outputTokens / (e2eMs / 1_000) : []))

const placeOf = ({ scenario, warmth, boot, index }: Sample): string =>
  JSON.stringify([scenario, warmth, boot, index])

function isColdStart(sample: Sample): sample is Sample & { readonly coldStartMs: number } {
  return sample.warmth === 'cold' && sample.outcome === 'completed' && sample.coldStartMs !== undefined
}

const WARMTHS: readonly string[] = ['cold', 'warm', 'steady'] satisfies Warmth[]

/** Whether a sample says where it belongs and holds possible values: a good answer that took no time is as bad as NaN. */
function isWhole(sample: Sample): boolean {
  const { scenario, warmth, index, outcome, sentAtMs, e2eMs, coldStartMs } = sample
  const optional = [sample.ttftMs, sample.tpotMs, sample.outputTokens, coldStartMs]
  const durations = [e2eMs, ...optional.filter((value) => value !== undefined)]
  const placed = Boolean(scenario) && WARMTHS.includes(warmth) && Number.isSafeInteger(index)
  const possible =
    Number.isFinite(sentAtMs) && durations.every((value) => Number.isFinite(value) && value >= 0)
  const instant = outcome === 'completed' && (e2eMs === 0 || coldStartMs === 0)
  return placed && possible && !instant
}
