import type { Run } from '../records/index.ts'
import { shellWord } from '../shell-word.ts'

/** The command that measures the same again, for a shell: as it was typed, with the seed of this run. */
export function repeatCommand({ typed, seed }: Pick<Run, 'typed' | 'seed'>): string | undefined {
  if (!typed) return undefined
  const isSeeded = typed.some((word) => /^(--seed(=|$)|INFERGATE_SEED=)/.test(word))
  return [...typed, ...(isSeeded ? [] : ['--seed', String(seed)])].map(shellWord).join(' ')
}
