import { expect, test } from 'vitest'
import { type MatrixView, matrixPage } from './index.ts'

const view: MatrixView = {
  ...{ toolVersion: '0.1.0', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 9_000, jobs: 6, cores: 2 },
  ...{ isProven: false, isQuick: false, headline: '1 of 2 faults', notJudged: [] },
  families: { usage: 'What is counted' },
  checks: ['a.about', 'a.other'],
  faults: [
    {
      ...{
        fault: 'zero',
        dialect: 'openai',
        says: 'counts nothing',
        source: 'https://example.com/1',
        family: 'usage',
      },
      ...{
        outcome: 'proven',
        verdict: 'FAIL',
        exitCode: 10,
        by: 'a.about',
        reason: '</script><b>',
        firstFailureMs: 1_500,
      },
      ...{ others: 0, isAlone: false, cells: 'CP' },
    },
    {
      ...{
        fault: 'twice',
        dialect: 'openai',
        says: 'counts twice',
        source: 'javascript:alert(1)',
        family: 'usage',
      },
      ...{ outcome: 'missed', verdict: 'PASS', exitCode: 0, why: 'not caught (PASS, exit 0)', others: 0 },
      ...{ isAlone: false, cells: 'MP' },
    },
  ],
  healthy: [
    { name: 'healthy 1', dialect: 'openai', seed: 1, verdict: 'PASS', isBusy: false, alarms: [] },
    {
      name: 'healthy 2',
      dialect: 'openai',
      seed: 2,
      verdict: 'FAIL',
      isBusy: true,
      alarms: ['a.other failed: no'],
    },
  ],
}

test('what was missed and who was blamed stand first', () => {
  const page = matrixPage(view)
  expect(page).toContain('<h1>NOT PROVEN: something was missed, or blamed without cause</h1>')
  expect(page.indexOf('counts twice')).toBeLessThan(page.indexOf('Time to catch'))
  expect(page.indexOf('a.other failed: no')).toBeLessThan(page.indexOf('Time to catch'))
})

test('a reason stays text, and only an address of the web is a link', () => {
  const page = matrixPage(view)
  expect(page).not.toMatch(/<b>|href="javascript/)
  expect(page).toContain('<a href="https://example.com/1"')
})

test('nothing missed, nobody blamed and nobody asked are said', () => {
  const proven = {
    ...view,
    isProven: true,
    faults: view.faults.slice(0, 1),
    healthy: view.healthy.slice(0, 1),
  }
  expect(matrixPage(proven)).toMatch(
    /None: each of 1 run with a fault[\s\S]*None: 1 of 1 healthy simulator passed/,
  )
  const none = matrixPage({ ...view, faults: [], healthy: [], notJudged: ['zero (openai)'] })
  expect(none).toContain('No healthy simulator was judged.')
  expect(none).toContain('Not measured, because no check of these runs failed.')
  expect(none).toContain('The proof was interrupted: zero (openai).')
})
