import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadBuiltInSuites, loadUserSuites } from './load-suites.ts'
import { inRunningOrder } from './run-checks.ts'
import { SUITES } from './suite-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'infergate-suites-'))
afterAll(() => rmSync(folder, { recursive: true }))

const declared = await loadBuiltInSuites()
const entries = declared.map(({ entry }) => entry)

test('the closed list is what the suites declare', async () => {
  await expect(
    `${JSON.stringify(entries, null, 2)}\n`,
    'a promise was added, changed or lost: look at the difference, then run `npx vitest run --project unit src/checks/load-suites.test.ts -u`',
  ).toMatchFileSnapshot('../../fixtures/promises.json')
})

test('each promise lives in the suite that its id names, and no id stands twice', () => {
  const foreign = entries.filter(({ suite }) => !SUITES.includes(suite))
  expect(foreign).toEqual([])
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
})

test('smoke promises exist: where nothing generates they are all that runs', () => {
  expect(entries.filter(({ tags }) => tags.includes('smoke')).length).toBeGreaterThan(2)
})

test('what could hurt the service is checked last, after all that others could disturb', () => {
  const reasons = inRunningOrder(declared).map(({ definition }) => definition.alone)
  const firstAlone = reasons.findIndex((reason) => reason !== undefined)
  const firstHurting = reasons.indexOf('hurts')
  expect(firstAlone).toBeGreaterThan(0)
  expect(reasons.slice(firstAlone)).not.toContain(undefined)
  const firstWedging = reasons.indexOf('wedges')
  expect(new Set(reasons.slice(firstHurting, firstWedging))).toEqual(new Set(['hurts']))
  expect(new Set(reasons.slice(firstWedging))).toEqual(new Set(['wedges']))
})

test('a suite file of a user imports infergate and may be loaded again; two files keep what is theirs', async () => {
  const [one, two] = [suite('one', declaring('mine.one')), suite('two', declaring('mine.two'))]
  const [both, again] = await Promise.all([loadUserSuites([one, two, one]), loadUserSuites([two])])
  expect(both.map(({ entry }) => entry.id)).toEqual(['mine.one', 'mine.two'])
  expect(again.map(({ entry }) => entry.id)).toEqual(['mine.two'])
})

test.each([
  [
    'broken',
    `throw new Error('no such luck')`,
    /broken\.suite\.ts cannot be loaded: Error: no such luck \(line 1\)/,
  ],
  ['empty', 'export {}', /empty\.suite\.ts declares no promise/],
  ['badly-named', declaring('No Id'), /suite\.what-it-promises/],
])(
  'a suite file that is %s is a wrong configuration with the file and the next step',
  async (name, text, says) => {
    const error = await loadUserSuites([suite(name, text)]).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringMatching(says) })
  },
)

test('a suite file that is not there is a wrong configuration', async () => {
  await expect(loadUserSuites([join(folder, 'absent.suite.ts')])).rejects.toThrow(
    /absent\.suite\.ts cannot be loaded: there is no such file/,
  )
})

function declaring(id: string): string {
  return `import { promise, type Completed } from 'infergate'
    const short = (answer: Completed): boolean => answer.text.length < 1_000
    promise('${id}', {
      says: 'a greeting is short',
      async check({ service, verify }) {
        verify(short(await service.answer({ prompt: 'Say hello.', maxTokens: 8 })), 'too long')
      },
    })`
}

function suite(name: string, text: string): string {
  const file = join(folder, `${name}.suite.ts`)
  writeFileSync(file, text)
  return file
}
