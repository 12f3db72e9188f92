import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FAULTS } from '../simulator/index.ts'
import { alarmsOf, judgeFault } from './outcome.ts'
import { pageOf } from './page.ts'
import { isProven, type Proof } from './proof.ts'
import type { Judged, Word } from './subject.ts'

const fault = FAULTS.find(({ id }) => id === 'usage-zero')
if (!fault) throw new Error('there is no fault usage-zero')

const judged = (words: readonly Word[], exitCode: number, id?: string): Judged => ({
  subject: { dialect: 'openai', seed: 1, ...(id !== undefined && { fault: id }) },
  ...{ verdict: exitCode === 0 ? 'PASS' : 'FAIL', exitCode, words, reasons: [], durationMs: 9_000 },
})
const proofOf = (one: Judged, clean: Judged, rest: Partial<Proof> = {}): Proof => ({
  ...{ toolVersion: '0.1.0', startedAt: '2026-01-02T03:04:05.000Z', durationMs: 60_000, jobs: 6, cores: 2 },
  faults: [judgeFault(one, fault)],
  clean: [{ ...clean, alarms: alarmsOf(clean) }],
  notJudged: [],
  ...rest,
})
const COUNTED: Word = {
  ...{ id: 'generation.counts-tokens', outcome: 'failed', atMs: 2_300 },
  reason: 'generate: a text of 96 characters counts 0 tokens | <b>',
}
const CAUGHT = judged([COUNTED], 10, 'usage-zero')
const HEALTHY = judged([{ id: 'generation.counts-tokens', outcome: 'passed' }], 0)

test('a fault that is caught is a row with its check, its reason, its time and the exit code', () => {
  const page = pageOf(proofOf(CAUGHT, HEALTHY))
  expect(page).toContain('**Proven**: 1 of 1 faults are caught by a check that states the cause')
  expect(page).toMatch(
    /\| \[usage-zero\]\(\S+ ".+"\) \| openai \| yes \| `generation\.counts-tokens` \| .* counts 0 tokens \\\| &lt;b> \| 0 \| 2\.3 s \| 10 \|/,
  )
  expect(page).toContain('| `generation.counts-tokens` | 1 | usage-zero |')
})

test('a miss, a neighbour and a false alarm stand at the top, and nothing is proven', () => {
  const missed = proofOf(judged([], 0, 'usage-zero'), HEALTHY)
  expect(pageOf(missed)).toContain('## Not proven\n\n- usage-zero (openai): not caught (PASS, exit 0)')
  const other = judged([{ ...COUNTED, id: 'streaming.sends-usage' }], 10, 'usage-zero')
  expect(pageOf(proofOf(other, HEALTHY))).toContain('- usage-zero (openai): caught by a neighbour alone')
  const blamed = proofOf(CAUGHT, judged([COUNTED], 10))
  expect(pageOf(blamed)).toContain(
    '- a healthy simulator (openai, seed 1): false alarm, generation.counts-tokens',
  )
  expect([missed, blamed].map(isProven)).toEqual([false, false])
})

test('a proof that was interrupted says so, and is none', () => {
  const cut = proofOf(CAUGHT, HEALTHY, { notJudged: [HEALTHY.subject] })
  expect(pageOf(cut)).toContain('**Interrupted**: 1 simulators were not judged any more.')
  expect(isProven(cut)).toBe(false)
})

test('docs/proof.md has a row for each fault in each dialect', () => {
  const file = new URL('../../docs/proof.md', import.meta.url)
  expect(existsSync(file), 'run `npm run prove`').toBe(true)
  const page = readFileSync(file, 'utf8')
  const missing = FAULTS.flatMap(({ id, dialects }) =>
    dialects
      .filter((dialect) => !new RegExp(`^\\| .{0,2}${id}\\W.* \\| ${dialect} \\| `, 'm').test(page))
      .map(() => id),
  )
  expect(missing, 'faults came after the page was written: run `npm run prove`').toEqual([])
})
