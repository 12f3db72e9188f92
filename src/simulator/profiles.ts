import type { Random } from '../random.ts'

/**
 * The simulator's times and sizes. They are chosen, explicit numbers: nothing here was measured on a machine, and a report
 * on a simulated target says so through its profile's name.
 */
export type Profile = {
  readonly says: string
  /** Start of the process → model loaded; the port is refused until then, as with vLLM. [low, high], drawn once a start. */
  readonly loadMs: readonly [number, number]
  /** A slot in the batch → first token. */
  readonly firstTokenMs: readonly [number, number]
  /** Between two tokens of one request. */
  readonly tokenMs: number
  /** Requests decoded together (`--max-num-seqs`). */
  readonly maxNumSeqs: number
  /** Requests that may wait beside those (`--max-num-queued-reqs`); one more gets 503. */
  readonly maxQueued: number
  /** `--max-model-len` in tokens. */
  readonly maxModelLen: number
}

const SIZES = { maxNumSeqs: 32, maxQueued: 512, maxModelLen: 4096 } as const

export const PROFILES = {
  default: {
    says: 'a small model on a fast card: 0.4 s to load, 8 ms to the first token, 1 ms a token',
    loadMs: [420, 420],
    firstTokenMs: [8, 8],
    tokenMs: 1,
    ...SIZES,
  },
  a100: {
    // The service's own figures: cold 3–5 s; warm 100–500 ms for a short answer. The split between first token and pace is ours.
    says: "the origin story's figures for Llama-3.1-8B on an A100: 3–5 s to load, warm answers in 100–500 ms",
    loadMs: [3000, 5000],
    firstTokenMs: [60, 120],
    tokenMs: 10,
    ...SIZES,
  },
  instant: {
    says: 'no delays at all: for tests of the wire',
    loadMs: [0, 0],
    firstTokenMs: [0, 0],
    tokenMs: 0,
    ...SIZES,
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES

export const isProfileName = (name: string): name is ProfileName => Object.hasOwn(PROFILES, name)

/** A duration out of a profile's range. */
export const drawMs = (random: Random, [low, high]: readonly [number, number]): number =>
  low + random.next() * (high - low)
