import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DECLARED } from '../src/checks/testing/judge-all.ts'
import type { DeclaredPromise } from '../src/promises/index.ts'
import { CHANCES, NOT_DRAWN } from './false-fails/chances.ts'
import { computedChance, documentOf, drawnLimit, worstOf } from './false-fails/document.ts'
import { readMeasured, SERVICES } from './false-fails/measured.ts'
import { openSimulator } from './false-fails/open.ts'
import { repeat, runOnce } from './false-fails/repeat.ts'

/** What a run may fail a healthy service by chance at most, where that is computed. */
const GOAL = 1e-4

const named = (id: string): DeclaredPromise =>
  DECLARED.find(({ entry }) => entry.id === id) ?? expect.fail(`no promise is called ${id}`)

test('each promise whose check samples has a row, be it new', async () => {
  const rows = new Set([...Object.keys(CHANCES), ...Object.values(NOT_DRAWN).flat()])
  const missing = new Set<string>()
  const seen = new Set<string>()
  for (const dialect of ['openai', 'ananke'] as const) {
    await using simulator = await openSimulator(dialect, 1)
    for (const declared of DECLARED.filter(({ entry }) => !rows.has(entry.id))) {
      const { outcome, asked } = await runOnce(declared, simulator.session, '1')
      if (outcome !== 'not-applicable') seen.add(declared.entry.id)
      if (asked.sampled || asked.warm > 0) missing.add(declared.entry.id)
    }
  }
  // What no simulator has (a model that thinks, a start that was watched) is read instead.
  for (const { entry, definition } of DECLARED)
    if (
      !rows.has(entry.id) &&
      !seen.has(entry.id) &&
      /\bsampled\b|\btemperature\b/.test(String(definition.check))
    )
      missing.add(entry.id)
  expect([...missing]).toEqual([])
})

test('each row is of a promise, and of one kind', () => {
  const rows = [...Object.keys(CHANCES), ...Object.values(NOT_DRAWN).flat()]
  const ids = DECLARED.map(({ entry }) => entry.id)
  expect(rows.filter((id) => !ids.includes(id))).toEqual([])
  expect(rows.filter((id, index) => rows.indexOf(id) !== index)).toEqual([])
})

test('the page says what was drawn, and no check failed a healthy service', () => {
  const measured = readMeasured()
  const page = readFileSync(join(import.meta.dirname, '../docs/false-fails.md'), 'utf8')
  expect(page).toBe(documentOf(measured))
  for (const service of SERVICES) {
    const drawn = measured[service] ?? expect.fail(`nothing was drawn on the ${service}`)
    expect(Object.entries(drawn.promises).filter(([, { failed }]) => failed > 0)).toEqual([])
  }
})

test('what is computed stays below one false failure in 10,000 runs', () => {
  for (const drawn of Object.values(readMeasured()))
    for (const id of Object.keys(CHANCES))
      if (id in drawn.promises) expect(computedChance(id, drawn), id).toBeLessThan(GOAL)
})

test('the README says the worst of it', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const measured = readMeasured()
  const { simulator } = measured
  expect(readme).toContain(`${worstOf(measured, computedChance)} a run`)
  expect(readme).toContain(`${worstOf({ ...(simulator && { simulator }) }, drawnLimit)} a run`)
})

test('a check that is run again counts its draws, and its failures on a broken service', async () => {
  const declared = named('structured-outputs.regex-binds')
  await using healthy = await openSimulator('openai', 1)
  expect(await repeat(declared, healthy.session, { draws: 20, seed: 1 })).toMatchObject({
    ...{ runs: 3, draws: 24, failed: 0, reasons: [] },
  })
  await using broken = await openSimulator('openai', 1, ['structured-outputs-dropped'])
  const failing = await repeat(declared, broken.session, { draws: 1, seed: 1 })
  expect(failing).toMatchObject({ failed: 1, reasons: [expect.stringContaining('failed: ')] })
})
