import { randomInt } from 'node:crypto'

/** Chance is an argument. Only this leaf draws; everything else is handed a `Random`. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T
  /** Lower-case letters and digits: a marker that no model says by chance (36^length values). */
  marker(length: number): string
}

/** A fresh seed to print beside the run, so that the run can be repeated. */
export const freshSeed = (): number => randomInt(0, 2 ** 32)

/** Deterministic stream for one seed. sfc32 (C. Doty-Humphrey, PractRand), seeded by FNV-1a of the text of the seed. */
export function createRandom(seed: number | string): Random {
  let [a, b, c, counter] = [hash(`a${seed}`), hash(`b${seed}`), hash(`c${seed}`), 1]
  const draw = (): number => {
    const result = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + result) | 0
    return result >>> 0
  }
  // sfc32 wants its state mixed before use: nearby seeds would otherwise start alike.
  for (let i = 0; i < 12; i++) draw()
  const integer = (low: number, high: number) => low + Math.floor((draw() / 2 ** 32) * (high - low + 1))
  return {
    next: () => draw() / 2 ** 32,
    integer,
    pick: (items) => items[integer(0, items.length - 1)] as (typeof items)[number],
    marker: (length) => Array.from({ length }, () => ALPHABET[integer(0, ALPHABET.length - 1)]).join(''),
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}
