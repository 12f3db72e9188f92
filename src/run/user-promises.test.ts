import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig, requireTarget } from '../config/index.ts'
import { planRun } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'infergate-user-promises-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The plan of a gate over a suite file with these lines. */
async function planWith(name: string, lines: string) {
  const file = join(folder, `${name}.suite.ts`)
  writeFileSync(file, `import { promise } from 'infergate'\n${lines}\n`)
  const input = { cwd: folder, env: {}, flags: { target: 'simulator' } }
  const { values } = requireTarget(await loadConfig(input))
  return planRun({ command: 'gate', values: { ...values, suites: [file] }, env: {} })
}

const CHECK = 'async check({ verify }) { verify(true, "so") }'

test.each([
  ['need', `promise('x.y', { says: 'so', needs: ['chatt'], ${CHECK} })`, /x\.y needs "chatt".*mean "chat"\?/],
  ['needs', `promise('x.y', { says: 'so', needs: 'chat', ${CHECK} })`, /x\.y has `needs` that are no list/],
  ['tags', `promise('x.y', { says: 'so', tags: 'smoke', ${CHECK} })`, /x\.y has `tags` that are no list/],
  [
    'option',
    `promise('x.y', { says: 'so', need: ['chat'], ${CHECK} })`,
    /x\.y has an unknown option "need": did you mean "needs"/,
  ],
  ['alone', `promise('x.y', { says: 'so', alone: 'hurt', ${CHECK} })`, /"hurt".*mean "hurts"\?/],
  ['check', `promise('x.y', { says: 'so' })`, /x\.y has no `check`/],
  ['says', `promise('x.y', { ${CHECK} })`, /x\.y does not say/],
  ['twice', `for (const _ of 'ab') promise('x.y', { says: 'so', ${CHECK} })`, /x\.y is declared twice/],
  [
    'built-in',
    `promise('generation.answers', { says: 'so', ${CHECK} })`,
    /generation\.answers is declared twice/,
  ],
  ['id', `promise('no-suite', { says: 'so', ${CHECK} })`, /id of a promise reads.*line 2/],
  ['syntax', `promise('x.y', {\n  says: 'so',\n  check: async ( => {},\n})`, /syntax\.suite\.ts.*line 4/],
])('a suite with a mistake in its %s is refused before anything is sent', async (name, lines, says) => {
  await expect(planWith(name, lines)).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(says),
  })
})

test('a promise whose words are all known is planned', async () => {
  const lines = `promise('x.fine', { says: 'so', needs: ['chat', 'json-schema'], alone: 'times', tags: ['smoke'], required: false, deadlineMs: 5, ${CHECK} })`
  const plan = await planWith('fine', lines)
  expect(plan.asked.map(({ entry }) => entry.id)).toContain('x.fine')
})
