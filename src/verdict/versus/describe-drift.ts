import type { StoredBaseline } from '../../records/index.ts'
import { counted, percent } from '../figures.ts'

/** The limit of a stored baseline, in words. */
export function describeDrift(drift: StoredBaseline['drift']): string | undefined {
  const known = Object.values(drift)
  if (known.length === 0) return undefined
  const runs = Math.min(...known.map((one) => one.runs))
  const sds = known.map(({ sd }) => sd)
  const ends = [Math.min(...sds), Math.max(...sds)].map(percent)
  const source =
    runs > 0
      ? `measured on ${counted(runs, 'accepted run')} of this target`
      : 'assumed, since fewer than five accepted runs of this target tell it'
  return `The baseline is stored: it was measured in another session. From session to session an unchanged service moves by ${[...new Set(ends)].join(' to ')} (standard deviation, ${source}), and each interval is as wide as that makes it.`
}
