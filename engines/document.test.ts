import { expect, test } from 'vitest'
import { documentOf } from './document.ts'
import type { Result } from './results.ts'

const PLAIN: Result = {
  ...{ id: 'vllm', title: 'vLLM, plain', group: 'vLLM', isHealthy: true, versions: ['vLLM 1.2.3'] },
  ...{ code: 0, word: 'PASS', deviations: [], reasons: [], findings: [], tookMs: 1 },
  checks: [
    { id: 'a.one', outcome: 'passed' },
    { id: 'a.two', outcome: 'passed' },
    { id: 'a.zero', outcome: 'not-applicable', reason: 'GET /metrics is HTTP 403' },
    { id: 'a.also', outcome: 'not-applicable', reason: 'GET /metrics is HTTP 403' },
  ],
}
const WAIVED: Result = {
  ...{ ...PLAIN, id: 'other', title: 'another | one' },
  checks: [
    { id: 'a.one', outcome: 'passed' },
    { id: 'a.two', outcome: 'failed', waived: 'it drops two' },
  ],
  findings: [{ ids: ['a.two'], says: 'it drops two', curl: 'curl "$URL/v1/models"' }],
}
const BROKEN: Result = {
  ...{ ...PLAIN, id: 'broken', title: 'a broken one', isHealthy: false },
  ...{ code: 10, word: 'FAIL', reasons: ['the chat route is missing', 'and more'] },
}

test('a healthy server is shown beside plain vLLM, a bar in its name breaks no table', () => {
  const page = documentOf([PLAIN, WAIVED, BROKEN])
  expect(page).toContain('| vLLM, plain | vLLM 1.2.3 | PASS (0) | 2 of 2 | 2 | 0 |')
  expect(page).toContain('| another \\| one | vLLM 1.2.3 | PASS (0) | 1 of 2 | 0 | 1 |')
})

test('checks that do not apply for one reason stand in one line, in the order of their names', () => {
  expect(documentOf([PLAIN])).toContain('- a.also, a.zero: GET /metrics is HTTP 403\n')
})

test('a true finding has the curl that repeats it, a broken server what its verdict names', () => {
  const page = documentOf([PLAIN, WAIVED, BROKEN])
  expect(page).toContain('waived as `a.two`: it drops two')
  expect(page).toContain('```sh\ncurl "$URL/v1/models"\n```')
  expect(page).toContain('| a broken one | FAIL (10) | the chat route is missing |')
})

test('a row that is not as expected says so', () => {
  const page = documentOf([{ ...PLAIN, code: 10, word: 'FAIL', deviations: ['exit 10, not 0'] }])
  expect(page).toContain('FAIL (10): not as expected, exit 10, not 0')
})
