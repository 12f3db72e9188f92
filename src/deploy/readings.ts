import type { Reading } from './events.ts'

type Said = Extract<Reading, { kind: 'version' }>

/** Whether this is another start than that: another version, or a boot that differs. */
export const isOther = (one: Said, than: Reading): boolean =>
  than.kind === 'none' ||
  one.version !== than.version ||
  (one.boot !== undefined && than.boot !== undefined && one.boot !== than.boot)

/** Whether the new version answers: the one that was named, and nothing that answered before the deploy. */
export const isNew = (reading: Reading, before: Reading, release: string | undefined): reading is Said =>
  reading.kind === 'version' &&
  (release === undefined || reading.version === release) &&
  isOther(reading, before)

/** Whether a version is back: where the boots alone tell two starts apart, not the start that was to be replaced. */
export const isBack = (reading: Reading, before: Said, replaced: Reading): reading is Said =>
  reading.kind === 'version' &&
  reading.version === before.version &&
  (replaced.kind === 'none' || replaced.version !== before.version || isOther(reading, replaced))
