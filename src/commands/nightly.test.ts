import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { runNightly } from './nightly.ts'
import { sayClock } from './nightly-baseline.ts'
import { loadSettings } from './settings.ts'
import { ioWithNights } from './testing/nights.ts'
import { recordedIo } from './testing/recorded-io.ts'

const CONFIG = {
  target: 'staging',
  targets: { staging: { kind: 'simulator' }, pinned: { kind: 'simulator' } },
}

function ioWith(config: object, env: Readonly<Record<string, string>> = {}) {
  const io = recordedIo({ env })
  writeFileSync(join(io.cwd, 'infergate.config.json'), JSON.stringify({ ...CONFIG, ...config }))
  return io
}

test.each<[string, object, object, RegExp]>([
  [
    'fewer than three starts',
    { bench: { coldStarts: 2 } },
    {},
    /at least 3 starts, and bench\.coldStarts is 2/,
  ],
  ['its own reference', {}, { reference: 'staging' }, /staging cannot be its own reference/],
  ['its own reference by the file', { nightly: { reference: 'staging' } }, {}, /its own reference/],
  [
    'an unknown reference',
    {},
    { reference: 'pined' },
    /no target "pined" for a reference: did you mean "pinned"/,
  ],
])('a night with %s is wrong usage: nothing is run', async (_, config, flags, message) => {
  const io = ioWith(config)
  await expect(runNightly(flags, io)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(message),
  })
  expect(existsSync(join(io.cwd, 'reports'))).toBe(false)
})

test('a flag wins over the variable, and the variable over the file', async () => {
  const io = ioWith({ nightly: { reference: 'pinned' } }, { INFERGATE_NIGHTLY_REFERENCE: 'simulator' })
  const referenceOf = async (flags: object) => (await loadSettings(flags, io)).values.nightly?.reference
  expect(await referenceOf({})).toBe('simulator')
  expect(await referenceOf({ reference: 'other' })).toBe('other')
})

test('--plan says what both runs of a night would cost, and sends nothing', async () => {
  const io = ioWith({})
  expect(await runNightly({ plan: true, reference: 'pinned' }, io)).toBe(0)
  expect(io.out().match(/^target .*|^starts .*/gm)).toEqual([
    expect.stringMatching(/pinned/),
    expect.stringMatching(/\b3\b/),
    expect.stringMatching(/staging/),
    expect.stringMatching(/\b3\b/),
  ])
  expect(existsSync(join(io.cwd, 'reports'))).toBe(false)
})

test('a clock that runs backwards is said with both times; one that is right is not', async () => {
  const io = await ioWithNights(3)
  writeFileSync(join(io.cwd, 'infergate.config.json'), JSON.stringify(CONFIG))
  const { values } = await loadSettings({}, io)
  const at = (now: string): Clock => ({ now: () => new Date(now) }) as Clock
  await sayClock(values, io, at('2026-01-04T00:00:00.000Z'))
  expect(io.err()).toBe('')
  await sayClock(values, io, at('2025-12-24T00:00:00.000Z'))
  expect(io.err()).toContain(
    'The clock of this machine runs backwards: it says 2025-12-24T00:00:00.000Z, and the last night of staging was 2026-01-03T03:00:00.000Z (run night-003).',
  )
})
