import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Measurement, Run, Verdict } from '../src/records/index.ts'
import { formatQuantity } from '../src/reporters/figures.ts'
import { htmlReporter } from '../src/reporters/html/index.ts'
import { readRun } from '../src/run/index.ts'
import { decide, verdictOf } from '../src/verdict/index.ts'
import { withManySamples } from '../testing/many-samples.ts'
import { readVerdict, runCli } from '../testing/run-cli.ts'
import { noBrowser, openPage, startBrowser, violations } from './open-page.ts'

const MANY = 30_000
const MOST_BYTES = 3_000_000

describe.skipIf(noBrowser)('the measurements of report.html', () => {
  let browser: Browser
  let folder: string
  let verdict: Verdict
  beforeAll(async () => {
    browser = await startBrowser()
    const load = ['--rate', '120', '--duration', '3s', '--output', '8']
    const { cwd } = await runCli(['bench', '--target', 'simulator', '--profile', 'instant', ...load])
    folder = join(cwd, 'reports', 'latest')
    verdict = readVerdict({ cwd })
  })
  afterAll(() => browser.close())

  const open = (file: string, width = 1280) =>
    openPage(browser, `${pathToFileURL(file).href}#tab=measurements`, { width })

  test('a load against the simulator is drawn, and its tables say what verdict.json says', async () => {
    const { page, errors, asked } = await open(join(folder, 'report.html'))
    await everyChartIsDrawn(page)
    await expectNumbers(page, verdict.measurements)
    for (const name of ['ttftMs', 'tpotMs', 'interChunkMs', 'e2eMs'])
      await expectPercentiles(page, `load-${name}`, name, verdict)
    expect(await page.locator('#chart-load-queue').count()).toBe(1)
    expect(await violations(page)).toEqual([])
    expect({ errors, asked }).toEqual({ errors: [], asked: [] })
  })

  test('of 30,000 samples few are drawn and all are counted, and the page stays below 3 MB', async () => {
    const run: Run = withManySamples(readRun(folder).run, MANY, 3)
    const many = verdictOf(run, decide(run))
    const file = join(mkdtempSync(join(tmpdir(), 'infergate-page-')), 'report.html')
    writeFileSync(file, htmlReporter.render({ run, verdict: many }))
    expect(statSync(file).size).toBeLessThan(MOST_BYTES)
    const { page, errors } = await open(file)
    await everyChartIsDrawn(page)
    await expectNumbers(page, many.measurements)
    await expectPercentiles(page, 'load-ttftMs', 'ttftMs', many)
    const course = page.locator('#chart-load-over-time')
    expect(await course.textContent()).toMatch(/Drawn from [\d,]+ of 30,000 points/)
    const requests = await cellsOf(course.locator('.numbers tbody td:nth-child(2)'))
    expect(requests.reduce((sum, cell) => sum + Number(cell), 0)).toBe(MANY)
    const slowest = run.samples.reduce(
      (most, { ttftMs = 0, warmth }) => (warmth === 'steady' ? Math.max(most, ttftMs) : most),
      0,
    )
    expect(await course.locator('script').textContent()).toContain(`${Number(slowest.toPrecision(4))}`)
    expect(errors).toEqual([])
  })

  test('what a run did not time says so, and why', async () => {
    const { cwd } = await runCli([
      'check',
      '--target',
      'simulator',
      '--profile',
      'instant',
      '--suite',
      'health',
    ])
    const { page, errors } = await open(join(cwd, 'reports', 'latest', 'report.html'))
    expect(await page.locator('#panel-measurements').textContent()).toContain(
      'Warm: not measured, because infergate check times',
    )
    expect(await page.locator('#panel-measurements canvas').count()).toBe(0)
    expect(await page.locator('#panel-measurements').textContent()).toContain('Steady: not measured, because')
    expect(errors).toEqual([])
  })
})

/** Each chart that can be seen has a canvas with something on it. */
async function everyChartIsDrawn(page: Page): Promise<void> {
  await page.waitForSelector('#panel-measurements .plot canvas')
  const empty = await page.evaluate(() => {
    type Place = {
      checkVisibility(): boolean
      dataset: Record<string, string>
      querySelector(what: string): Canvas | null
    }
    type Canvas = {
      width: number
      height: number
      getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8Array } }
    }
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(what: string): Iterable<Place> }
    }
    const places = [...document.querySelectorAll('#panel-measurements .plot')].filter((one) =>
      one.checkVisibility(),
    )
    return places
      .filter((place) => {
        const canvas = place.querySelector('canvas')
        const pixels = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
        return !pixels?.some((value) => value > 0)
      })
      .map((place) => place.dataset['chart'])
  })
  expect(empty).toEqual([])
}

/** Every number of the verdict stands in the table of its warmth. */
async function expectNumbers(page: Page, measurements: readonly Measurement[]): Promise<void> {
  for (const warmth of new Set(measurements.map((one) => one.warmth))) {
    const rows = page.getByRole('group', { name: `Measured ${warmth}` }).locator('tbody tr')
    const [names, shown] = [
      await cellsOf(rows.locator('td:nth-child(1)')),
      await cellsOf(rows.locator('td:nth-child(2)')),
    ]
    const ours = measurements.filter((one) => one.warmth === warmth)
    expect(names).toEqual(ours.map(({ name }) => name))
    expect(shown).toEqual(ours.map(({ value, unit }) => formatQuantity(value, unit)))
  }
}

/** The table below a curve has the verdict's own percentiles. */
async function expectPercentiles(
  page: Page,
  chart: string,
  name: string,
  { measurements }: Verdict,
): Promise<void> {
  const rows = page.locator(`#chart-${chart}-percentiles .numbers tbody tr`)
  const shown = new Map((await cellsOf(rows)).map((row) => [row.split(' ')[0], row] as const))
  for (const p of [50, 90, 99]) {
    const ours = measurements.find((one) => one.warmth === 'steady' && one.name === `${name}P${p}`)
    const says = ours ? formatQuantity(ours.value, 'ms') : 'not estimable'
    expect(shown.get(`p${p}`), `${name} p${p}`).toContain(says)
  }
}

const cellsOf = async (cells: ReturnType<Page['locator']>): Promise<readonly string[]> =>
  cells.evaluateAll((all) =>
    all.map((one) => {
      const { children, textContent } = one as unknown as {
        children: Iterable<{ textContent: string }>
        textContent: string
      }
      return [...children].map((child) => child.textContent).join(' ') || textContent
    }),
  )
