import type { AttributeChange, Night } from '../../../records/index.ts'

/** What was another thing on a night than on the one before: a deploy, a driver, a host. */
export type Setting = {
  readonly at: string
  readonly names: readonly string[]
  readonly changes: readonly AttributeChange[]
}

/** These are measured each night, not set. */
const MEASURED: readonly string[] = ['outputTokens', 'inputTokens', 'cacheHitRate']

/** Nights on which something that is recorded was set anew, oldest first. */
export function settingsOf(nights: readonly Night[]): readonly Setting[] {
  return nights.slice(1).flatMap(({ at, attributes }, index) => {
    const before = nights[index]?.attributes ?? {}
    const changes = Object.entries(attributes)
      .filter(([name, after]) => !MEASURED.includes(name) && name in before && before[name] !== after)
      .map(([name, after]) => ({ name, before: String(before[name]), after: String(after) }))
    return changes.length === 0 ? [] : [{ at, names: changes.map(({ name }) => name), changes }]
  })
}
