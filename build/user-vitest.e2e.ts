import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HEALTHY } from '../testing/healthy.ts'
import { install, installBeside, pack, packageOf, run, scratch } from '../testing/installed-package.ts'

/** `infergate/vitest` in a vitest project of a user's, installed from the tarball. */

const TEST = (service: string): string => `import { testService } from 'infergate/vitest'
await testService(${service})
`
const SUITE = `import { promise } from 'infergate'
promise('mine.says-hello', {
  says: 'a greeting is answered',
  async check({ service, verify }) {
    verify((await service.answer({ prompt: 'Say hello.', maxTokens: 16 })).text !== '', 'no greeting')
  },
})
`

let cwd = ''
beforeAll(async () => {
  cwd = await packageOf('module')
  await install(await pack(), 'npm', { cwd })
  await installBeside(cwd, 'vitest@5')
  mkdirSync(join(cwd, 'suites'))
  writeFileSync(join(cwd, 'suites/mine.suite.ts'), SUITE)
  writeFileSync(join(cwd, 'infergate.config.ts'), `export default { suites: ['./suites/*.suite.ts'] }`)
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

type Tested = { readonly name: string; readonly status: string; readonly message: string }

/** What vitest makes of a test file of the user's. */
async function vitest(service: string): Promise<readonly Tested[]> {
  writeFileSync(join(cwd, 'service.test.ts'), TEST(service))
  const args = ['vitest', 'run', '--reporter=json', '--outputFile=result.json']
  const { stderr } = await run('npx', ['--no', ...args], { cwd })
  const result = JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))
  expect(result.testResults, stderr).toHaveLength(1)
  const [{ assertionResults }] = result.testResults
  return assertionResults.map((one: { title: string; status: string; failureMessages?: string[] }) => ({
    name: one.title,
    status: one.status,
    message: (one.failureMessages ?? []).join('\n'),
  }))
}

const withStatus = (tests: readonly Tested[], status: string) =>
  tests.filter((one) => one.status === status).map(({ name }) => name)

describe(HEALTHY, () => {
  test("shows each promise as a test that passes, the user's own among them", async () => {
    const tests = await vitest(`{ target: 'simulator' }`)
    expect(withStatus(tests, 'failed')).toEqual([])
    expect(withStatus(tests, 'passed').length).toBeGreaterThan(90)
    expect(withStatus(tests, 'passed')).toEqual(expect.arrayContaining(['health.answers', 'mine.says-hello']))
  })
})

test('with a fault the tests of the broken promises fail, with the commands that repeat it, and others pass', async () => {
  const tests = await vitest(
    `{ target: 'simulator', faults: ['usage-zero'], suites: ['generation', 'health'] }`,
  )
  const failed = withStatus(tests, 'failed')
  expect(failed).toContain('generation.counts-tokens')
  expect(failed.every((name) => name.startsWith('generation.'))).toBe(true)
  expect(withStatus(tests, 'passed')).toContain('health.answers')
  expect(tests.find(({ name }) => name === 'generation.counts-tokens')?.message).toMatch(
    /promised: .*curl -sS/s,
  )
})
