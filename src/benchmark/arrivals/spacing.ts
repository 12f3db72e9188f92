import { exponential, gamma, type Random } from '../../random.ts'
import type { Spacing } from '../../records/index.ts'

/**
 * The arrivals of a load whose rate is 1, in order and without an end. Constant ones begin at 0; a drawn one comes after its
 * first gap. Every draw of the seed is one gap, and each is used: no total is aimed at.
 */
export function* unitArrivals(spacing: Spacing, random: Random): Generator<number, never> {
  if (spacing.kind === 'constant') for (let at = 0; ; at++) yield at
  for (let at = gapOf(spacing, random); ; at += gapOf(spacing, random)) yield at
}

/** One gap, of mean 1. */
const gapOf = (spacing: Spacing, random: Random): number =>
  spacing.kind === 'gamma' ? gamma(random, spacing.burstiness) / spacing.burstiness : exponential(random)
