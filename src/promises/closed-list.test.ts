import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { collectPromises } from './closed-list.ts'
import { promise } from './promise.ts'
import { SUITES, suiteFiles } from './suite-files.ts'

const registered = await collectPromises(SUITES.flatMap(suiteFiles).map((file) => pathToFileURL(file)))

test('the closed list is what the suites register', async () => {
  await expect(
    `${JSON.stringify(registered, null, 2)}\n`,
    'a promise was added, changed or lost: look at the difference, then run `npx vitest run --project unit src/promises/closed-list.test.ts -u`',
  ).toMatchFileSnapshot('../../fixtures/promises.json')
})

test('each promise lives in the suite that its id names, and no id stands twice', () => {
  expect(registered.map(({ suite }) => suite).filter((suite) => !SUITES.includes(suite))).toEqual([])
  expect(new Set(registered.map(({ id }) => id)).size).toBe(registered.length)
})

test('smoke promises exist: where nothing generates they are all that runs', () => {
  expect(registered.filter(({ tags }) => tags.includes('smoke')).length).toBeGreaterThan(2)
})

test('a promise outside a run is refused with the way to run it', () => {
  const definition = { says: 'nothing', check: () => Promise.resolve() }
  expect(() => promise('x.y', definition)).toThrow('infergate check')
  expect(() => promise('No Id', definition)).toThrow('suite.what-it-promises')
})
