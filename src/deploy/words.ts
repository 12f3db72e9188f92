import type { Reading, Step } from './events.ts'

export const readingText = (reading: Reading): string =>
  reading.kind === 'none'
    ? `says no version (${reading.why})`
    : `answers with version ${reading.version}${reading.boot === undefined ? '' : ` (boot ${reading.boot})`}`

export const seconds = (ms: number): string =>
  ms < 10_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : ms < 120_000
      ? `${Math.round(ms / 1_000)} s`
      : `${Math.round(ms / 60_000)} min`

/** What a step is, as a person reads it while it goes on. */
export const STEP_TEXT: Readonly<Record<Step, string>> = {
  note: 'asking what is live now',
  baseline: 'measuring the version that is live',
  deploy: 'deploying',
  answer: 'waiting until the new version answers',
  smoke: 'trying three generations of the new version',
  gate: 'judging the new version',
  promote: 'promoting the new version',
  verify: 'verifying that the new version is live',
  accept: 'promoting the baseline',
  watch: 'watching the new version',
  'roll-back': 'rolling back',
  'verify-roll-back': 'verifying that the old version answers again',
}
