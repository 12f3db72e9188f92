import type { Live, RunStart, VerdictWord } from '../records/index.ts'

/** What the list of runs shows of one. */
export type RunHead = {
  /** Of its folder, by which it is asked for. */
  readonly name: string
  readonly command: string
  readonly startedAt: string
  readonly target: string
  readonly place?: string
  readonly model?: string
  readonly isNight: boolean
  readonly asked: number
  readonly word: RunWord
  readonly state: 'complete' | 'interrupted' | 'invalid' | 'killed' | 'running'
  readonly durationMs?: number
  readonly warmE2eMsP50?: number
  /** The first reason of its verdict. */
  readonly reason?: string
  readonly live?: Live
}

/** A folder that is no run, or none that can be read. */
export type BrokenHead = { readonly name: string; readonly word: 'UNREADABLE'; readonly why: string }

export type Head = RunHead | BrokenHead

export type RunWord = VerdictWord | 'INTERRUPTED' | 'KILLED' | 'RUNNING'

export const WORDS = [
  ...(['RUNNING', 'PASS', 'FAIL', 'INCONCLUSIVE', 'INTERRUPTED', 'KILLED', 'UNREADABLE'] as const),
]

/** Newest first; what has no time comes last. */
export const newestFirst = (a: Head, b: Head): number => timeOf(b) - timeOf(a) || (a.name < b.name ? 1 : -1)

const timeOf = (head: Head): number => ('startedAt' in head && Date.parse(head.startedAt)) || 0

/** The target as a series calls it: by its name, or where it has none by its place. */
export function namesOf({ target, fingerprint }: Pick<RunStart, 'target' | 'fingerprint'>): {
  readonly target: string
  readonly place?: string
  readonly model?: string
} {
  const name = fingerprint?.targetName ?? target.kind
  const place = target.container?.image ?? target.url
  const model = target.model ?? fingerprint?.model
  return {
    target: name === 'url' && place !== undefined ? place : name,
    ...(place !== undefined && { place }),
    ...(model !== undefined && { model }),
  }
}
