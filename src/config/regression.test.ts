import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './index.ts'

const regression = async (margins: object) => {
  const cwd = mkdtempSync(join(tmpdir(), 'infergate-regression-'))
  writeFileSync(
    join(cwd, 'infergate.config.json'),
    JSON.stringify({ target: 'simulator', policy: { regression: margins } }),
  )
  const { values } = await loadConfig({ cwd, env: {}, flags: {} })
  return values.policy.regression
}

test('a margin is kept by its metric, and false takes a metric out', async () => {
  const margins = { ttftMsP50: 0.02, coldStartMs: false }
  expect(await regression(margins)).toEqual(margins)
})

test('a policy that says nothing of regressions leaves the defaults', async () => {
  expect(await regression({})).toBeUndefined()
})

test.each([
  [{ ttftMsP5: 0.05 }, 'did you mean "ttftMsP50"?'],
  [{ ttftMsP50: 5 }, 'a margin is a share above 0 and below 1'],
  [{ ttftMsP50: 0 }, 'a margin is a share above 0 and below 1'],
  [
    Object.fromEntries(
      ['ttftMs', 'tpotMs', 'e2eMs'].flatMap((name) =>
        ['P50', 'P90', 'P99'].map((end) => [`${name}${end}`, 0.1]),
      ),
    ),
    'at most 8 metrics are gated',
  ],
])('a margin that cannot be meant is refused before anything runs: %o', async (margins, says) => {
  await expect(regression(margins)).rejects.toThrow(says)
})
