import type { Price, Run } from '../records/index.ts'
import { formatDuration, significant } from './figures.ts'

type Slept = Partial<Pick<Run, 'scaleToZero' | 'wakeUps' | 'durationMs'>>

/** Stretches in which something was sent; between two of them nothing was, for so long that the service slept. */
export function awakeMs({ scaleToZero, wakeUps = [], durationMs = 0 }: Slept): number {
  const windowMs = scaleToZero?.windowMs ?? 0
  const begins = [0, ...wakeUps.map(({ sentAtMs }) => sentAtMs)]
  const ends = [
    ...wakeUps.map(({ sentAtMs, idleMs }) => sentAtMs - idleMs),
    wakeUps.at(-1)?.endedAtMs ?? durationMs,
  ]
  return begins.reduce((sum, beginMs, at) => sum + Math.max(0, (ends[at] ?? beginMs) - beginMs) + windowMs, 0)
}

/**
 * What a run cost that kept a sleeping service awake: from a first request to the last one and the window after it. Undefined where
 * the target does not scale to zero.
 */
export function describeAwake(run: Slept): string | undefined {
  const { scaleToZero, wakeUps = [] } = run
  if (!scaleToZero) return undefined
  const ms = awakeMs(run)
  const windows = 1 + wakeUps.length
  const kept = `${formatDuration(ms)} awake for this run, ${windows === 1 ? 'one window' : `${windows} windows`} of ${formatDuration(scaleToZero.windowMs)} among it`
  const { price } = scaleToZero
  return price
    ? `${costOf(ms, price)}: ${kept}; ${assumptions(price)}`
    : `not computed, because no price is configured; ${kept}`
}

/** `about 0.87 USD`. */
export function costOf(ms: number, { gpuSecond, currency, gpus, replicas }: Price): string {
  const gpuSeconds = (ms / 1_000) * gpus * replicas
  return `about ${significant(gpuSeconds * gpuSecond)} ${currency} (${significant(gpuSeconds)} GPU seconds at ${gpuSecond})`
}

export const assumptions = ({ gpus, replicas }: Price): string =>
  `it assumes ${replicas === 1 ? 'one replica' : `${replicas} replicas`} of ${gpus === 1 ? 'one GPU' : `${gpus} GPUs`}, that each sleeps when its window is over, and that nobody else keeps it awake`
