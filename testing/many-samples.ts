import { createRandom, normal, type Random, uniform } from '../src/random.ts'
import type { LoadRun, Run, Sample } from '../src/records/index.ts'

/** What each of them is spread by, how seldom one stalls, and how seldom one fails. */
const [SPREAD, STALLS, STALL_FACTOR, FAILS] = [0.25, 0.001, 20, 0.0005]
const GAP_MS = 10

/**
 * A run of one load with as many of its samples as asked: each measured one again and again, its times stretched by chance, a few of
 * them by a stall, a few failed. For what has to be tried on more samples than anybody wants to wait for.
 */
export function withManySamples(run: Run, count: number, seed: number): Run {
  const random = createRandom(seed)
  const measured = run.samples.filter(({ warmth, outcome }) => warmth === 'steady' && outcome === 'completed')
  const load = run.loads?.at(-1)
  const [first] = measured
  if (!load || !first) throw new Error('the run has no load whose samples could be repeated')
  const { startedAtMs } = load
  const steady = { fromMs: startedAtMs + 0.02 * count * GAP_MS, toMs: startedAtMs + count * GAP_MS }
  const samples = Array.from({ length: count }, (_, index): Sample => {
    const sentAtMs = startedAtMs + index * GAP_MS + uniform(random)
    const like = measured[index % measured.length] ?? first
    const phase = sentAtMs < steady.fromMs ? 'warm-up' : 'steady'
    return { ...stretched(like, random), ...{ index, sentAtMs, dueAtMs: sentAtMs, phase } }
  })
  const ended: LoadRun = {
    ...load,
    ...{ steady, sent: count, requests: count, endedAtMs: steady.toMs + 1_000 },
  }
  return {
    ...run,
    durationMs: Math.max(run.durationMs, ended.endedAtMs),
    loads: [ended],
    samples: [...run.samples.filter(({ warmth }) => warmth !== 'steady'), ...samples],
  }
}

function stretched(like: Sample, random: Random): Sample {
  const factor = Math.exp(SPREAD * normal(random)) * (uniform(random) < STALLS ? STALL_FACTOR : 1)
  const longer = (ms: number) => Number((ms * factor).toFixed(3))
  const { ttftMs, tpotMs, chunkAtMs, ...rest } = like
  if (uniform(random) < FAILS) return { ...rest, outcome: 'timeout', message: 'no byte for 30 s' }
  return {
    ...rest,
    e2eMs: longer(like.e2eMs),
    ...(ttftMs !== undefined && { ttftMs: longer(ttftMs) }),
    ...(tpotMs !== undefined && { tpotMs: longer(tpotMs) }),
    ...(chunkAtMs && { chunkAtMs: chunkAtMs.map(longer) }),
  }
}
