import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Run } from '../records/index.ts'
import { decide } from './index.ts'

const text = readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8')
const fresh = (): Run => JSON.parse(text)

/** The verdict's word, or `threw`: a crash is not a PASS either. */
function wordOf(input: Run): string {
  try {
    return decide(input).verdict
  } catch {
    return 'threw'
  }
}

type Path = readonly string[]

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))
  return path.length > 0 ? [path, ...inner] : inner
}

const POISONS: Readonly<Record<string, unknown>> = {
  removed: undefined,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  empty: '',
  negative: -1,
}

/** What carries no evidence: labels, measures that may be absent, the warm-up, poisons that are legal values there. */
const HARMLESS = [
  /^environment/,
  /^target\.(model|profile|faults)/,
  /^(target\.(kind|dialect)|runId|startedAt|toolVersion) (Infinity|negative)/,
  /^checks\.\d+\.(says|evidence|reason|observed )/,
  /^checks\.\d+\.durationMs negative/,
  // The one check that is not required.
  /^checks\.5\.outcome (?!removed)/,
  /^boots\.\d+\.(portMs|healthMs|firstTokenMs|firstGenerationMs|attempts)/,
  /^promises\.\d+\.(says|tags)/,
  /^samples\.\d+\.(scenario|sentAtMs|index) (Infinity|negative)/,
  /^samples\.\d+\.(ttftMs|tpotMs|outputTokens) removed/,
  // Warm samples are alike: a few of them stand for all.
  /^samples\.(9|[12]\d)\./,
  /^samples\.\d+\.warmUp |^samples\.[345] removed/,
]

test('whatever is removed from a passing run, or poisoned, it is no PASS any more', () => {
  expect(wordOf(fresh())).toBe('PASS')
  const survived: string[] = []
  let tried = 0
  for (const path of pathsOf(fresh()))
    for (const [name, poison] of Object.entries(POISONS)) {
      const label = `${path.join('.')} ${name}`
      if (HARMLESS.some((pattern) => pattern.test(label))) continue
      tried++
      if (wordOf(poisoned(path, poison)) === 'PASS') survived.push(label)
    }
  expect(survived).toEqual([])
  expect(tried).toBeGreaterThan(400)
})

function poisoned(path: Path, poison: unknown): Run {
  const input = fresh()
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], input)
  const key = path.at(-1) ?? ''
  if (poison !== undefined) (parent as Record<string, unknown>)[key] = poison
  else if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete (parent as Record<string, unknown>)[key]
  return input
}

test('whatever subset of the evidence is kept, a run is PASS only on all of it', () => {
  const whole = fresh()
  const parts = [
    { all: whole.checks, with: (kept: never[]) => ({ ...whole, checks: kept }) },
    { all: whole.boots, with: (kept: never[]) => ({ ...whole, boots: kept }) },
    { all: whole.promises, with: (kept: never[]) => ({ ...whole, promises: kept }) },
    {
      all: whole.samples.filter(({ warmUp }) => !warmUp),
      with: (kept: never[]) => ({ ...whole, samples: kept }),
    },
  ]
  const kept = fc
    .constantFrom(...parts)
    .chain((part) => fc.tuple(fc.constant(part), fc.subarray<unknown>([...part.all])))
  fc.assert(
    fc.property(kept, ([part, subset]) => {
      expect(wordOf(part.with(subset as never[])) === 'PASS').toBe(subset.length === part.all.length)
    }),
    { seed: 11, numRuns: 200 },
  )
})
