import { SUITES } from '../checks/index.ts'
import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import type { PromiseEntry, Selection } from '../records/index.ts'

/** What was asked for, as it was typed. */
export type Asked = {
  readonly suites?: readonly string[]
  readonly tags?: readonly string[]
  /** A regular expression over ids and sentences, whatever the case of its letters. */
  readonly grep?: string
  /** Leaves out what could hurt a service that others use. */
  readonly gentle?: boolean
  /** What failed in an earlier run; absent: not asked for. */
  readonly lastFailed?: readonly string[]
}

/** The selection that the words mean; undefined where they leave nothing out. Throws `usage` for one that means nothing. */
export function selectPromises(
  { suites = [], tags = [], grep, gentle = false, lastFailed }: Asked,
  promises: readonly PromiseEntry[],
  declared: readonly DeclaredPromise[],
): Selection | undefined {
  const knownSuites = new Set([...SUITES, ...promises.map(({ suite }) => suite)])
  const knownTags = new Set(promises.flatMap((entry) => entry.tags))
  for (const suite of suites) requireKnown('suite', suite, [...knownSuites])
  for (const tag of tags) requireKnown('tag', tag, [...knownTags])
  const parts = [
    ...(grep === undefined ? [] : [{ by: `--grep ${grep}`, keeps: matching(grep) }]),
    ...(gentle ? [{ by: '--gentle', keeps: isGentle }] : []),
    ...(lastFailed
      ? [{ by: '--last-failed', keeps: ({ entry }: DeclaredPromise) => lastFailed.includes(entry.id) }]
      : []),
  ]
  if (suites.length + tags.length + parts.length === 0) return undefined
  const kept = declared.filter((promise) => parts.every(({ keeps }) => keeps(promise)))
  const by = parts.map((part) => part.by)
  if (kept.length === 0)
    throw new HarnessError(
      'usage',
      `No promise is left by ${by.join(' ')}: \`infergate check --list\` shows the ids and sentences that there are.`,
    )
  return {
    ...(suites.length > 0 && { suites }),
    ...(tags.length > 0 && { tags }),
    ...(parts.length > 0 && { by, ids: kept.map(({ entry }) => entry.id) }),
  }
}

/** What a promise itself says could hurt its neighbours: hostile bodies and constraints, crowds, prompts beyond the context. */
export const isGentle = ({ definition: { alone } }: DeclaredPromise): boolean =>
  alone !== 'hurts' && alone !== 'wedges'

function matching(grep: string): (promise: DeclaredPromise) => boolean {
  try {
    const pattern = new RegExp(grep, 'i')
    return ({ entry }) => pattern.test(entry.id) || pattern.test(entry.says)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HarnessError('usage', `--grep takes a regular expression (${why}): correct it.`, { cause })
  }
}

/** Throws `usage` with the nearest known word. */
function requireKnown(what: string, word: string, known: readonly string[]): void {
  if (!known.includes(word))
    throw new HarnessError('usage', `There is no ${what} "${word}": ${didYouMean(word, known)}`)
}
