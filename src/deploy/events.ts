import type { ExitCode } from '../errors.ts'

/** What a deploy does, in this order; the last two only where it goes back. */
export type Step =
  | 'note'
  | 'baseline'
  | 'deploy'
  | 'answer'
  | 'smoke'
  | 'gate'
  | 'promote'
  | 'verify'
  | 'watch'
  | 'accept'
  | 'roll-back'
  | 'verify-roll-back'

/** What the probe of the version was told. A boot tells a new start of the same version apart. */
export type Reading =
  | { readonly kind: 'version'; readonly version: string; readonly boot?: string }
  | { readonly kind: 'none'; readonly why: string }

/** What was live before a deploy. */
export type Before = {
  readonly reading: Reading
  /** Whether it generated; a service that did not is not asked to after a roll-back. */
  readonly generates: boolean
}

/** One line of a deploy's journal: on disk before the next thing happens. `atMs` counts from the start. */
export type DeployEvent =
  | {
      readonly kind: 'started'
      readonly deployId: string
      readonly target: string
      readonly startedAt: string
      readonly toolVersion: string
      readonly release?: string
    }
  | { readonly kind: 'begun'; readonly step: Step; readonly atMs: number }
  | { readonly kind: 'noted'; readonly atMs: number; readonly before: Before }
  | {
      readonly kind: 'ran'
      readonly step: Step
      readonly atMs: number
      readonly command: readonly string[]
      readonly end: string
      readonly tookMs: number
      readonly tail: readonly string[]
    }
  /** What answers at this moment, at the target's own place or beside it. */
  | {
      readonly kind: 'answered'
      readonly step: Step
      readonly atMs: number
      readonly url: string
      readonly reading: Reading
    }
  /** The new version, which answers where it was deployed to. */
  | { readonly kind: 'arrived'; readonly atMs: number; readonly reading: Reading }
  | {
      readonly kind: 'judged'
      readonly step: Step
      readonly atMs: number
      readonly runId?: string
      readonly verdict: string
    }
  | { readonly kind: 'done'; readonly step: Step; readonly atMs: number; readonly says: string }
  | { readonly kind: 'failed'; readonly step: Step; readonly atMs: number; readonly why: string }
  | { readonly kind: 'interrupted'; readonly atMs: number; readonly says: string }
  | { readonly kind: 'ended'; readonly atMs: number; readonly exitCode: ExitCode; readonly says: string }
