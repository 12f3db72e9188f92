import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noBrowser, openPage, startBrowser, violations } from './open-page.ts'
import { makeRuns, RUN_NAMES, type RunName } from './runs.ts'

/** Of what is timed, how busy this machine was decides: such a page has to say what its verdict.json says. */
const WORDS: Readonly<Partial<Record<RunName, string>>> = {
  check: 'PASS',
  fail: 'FAIL',
  'white-space': 'FAIL',
  buffered: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
  interrupted: 'INTERRUPTED',
}
/** What the head names beside the word: the figure, or the fact, that decided. */
const DECIDED: Readonly<Record<RunName, RegExp>> = {
  pass: /warm p50 is [\d.]+ ms .*(?:at most|budget of)|inconclusive/,
  check: /of 11 checks passed/,
  fail: /no generation succeeded in [\d.]+ s \(\d+ tried\)/,
  'white-space': /in \d+ checks: a constrained answer runs on in white space/,
  buffered: /streaming\.arrives-in-pieces failed/,
  inconclusive: /11 checks of \d+/,
  bench: /\d/,
  interrupted: /Stopped by Ctrl-C/,
}
/** Bytes of the style and script alone: what a page has without any run. */
const MOST_BYTES = 400_000

describe.skipIf(noBrowser)('report.html', () => {
  let browser: Browser
  let pages: ReadonlyMap<RunName, string>
  const urlOf = (name: RunName): string => pages.get(name) ?? ''
  beforeAll(async () => {
    ;[browser, pages] = await Promise.all([startBrowser(), makeRuns()])
  })
  afterAll(() => browser?.close())

  for (const name of RUN_NAMES)
    test(`of ${name}: target, verdict and what decided it are seen at once; no error, no request, no rule of accessibility broken`, async () => {
      const { page, errors, asked } = await openPage(browser, urlOf(name))
      await using _page = page.context()
      expect(await page.locator('h1').textContent()).toContain(WORDS[name] ?? verdictOf(urlOf(name)))
      expect(await page.locator('.verdict').textContent()).toMatch(DECIDED[name])
      for (const part of ['.target', 'h1', '.decided'])
        expect(await bottomOf(page, part), part).toBeLessThan(800)
      expect(await violations(page)).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violations(page)).toEqual([])
      expect({ errors, asked }).toEqual({ errors: [], asked: [] })
    })

  test('no part of a page breaks a rule of accessibility', async () => {
    for (const name of ['fail', 'bench'] as const) {
      const { page } = await openPage(browser, urlOf(name))
      await using _page = page.context()
      for (const tab of ['checks', 'measurements', 'run']) {
        await page.locator(`[data-tab=${tab}]`).click()
        expect(await violations(page), `${name}, ${tab}`).toEqual([])
      }
    }
  })

  test('nothing is wider than a telephone, and the verdict with its figure is on its first screen', async () => {
    for (const name of ['fail', 'bench', 'inconclusive'] as const) {
      const { page } = await openPage(browser, urlOf(name), { width: 360 })
      await using _page = page.context()
      for (const tab of ['summary', 'checks', 'measurements', 'run']) {
        await page.evaluate(`location.hash = '#tab=${tab}'`)
        await page.locator(`#panel-${tab}`).waitFor()
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
        expect(wide, `${name}, ${tab}`).toBeLessThanOrEqual(360)
      }
      expect(await bottomOf(page, 'h1')).toBeLessThan(800)
      expect(await page.locator('.decided').first().boundingBox()).toMatchObject({
        y: expect.toSatisfy((y: number) => y < 700),
      })
    }
  })

  test('the address is the view: a link to a tab shows it, and each part is reached by keys alone', async () => {
    const { page } = await openPage(browser, `${urlOf('pass')}#tab=run`)
    await using _page = page.context()
    expect(await page.locator('#panel-run').isVisible()).toBe(true)
    expect(await page.locator('#panel-summary').isVisible()).toBe(false)
    await page.locator('[data-tab=summary]').focus()
    await page.keyboard.press('Enter')
    expect(page.url()).toMatch(/#tab=summary$/)
    await page.locator('[data-grid] a').first().focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'Home', 'ArrowRight']) await page.keyboard.press(key)
    await page.keyboard.press('Enter')
    const second = await page.locator('[data-grid] a').nth(1).getAttribute('href')
    expect(page.url().endsWith(second ?? 'none')).toBe(true)
    await page.goBack()
    expect(await page.locator('#panel-summary').isVisible()).toBe(true)
  })

  test('one click from the first screen opens the failing check, and the bytes that it blames are in sight', async () => {
    const { page } = await openPage(browser, urlOf('fail'))
    await using _page = page.context()
    await page.locator('#panel-summary li a[href*="open=generation.answers"]').first().click()
    const check = page.locator('.check[open]')
    expect(await check.getAttribute('data-check')).toBe('generation.answers')
    const mark = check.locator('pre.body mark').first()
    expect(await mark.textContent()).toBe('"error"')
    const box = await mark.boundingBox()
    expect(box?.y).toBeGreaterThanOrEqual(0)
    expect(box?.y).toBeLessThan(800)
  })

  test('on paper every part is there, with its charts', async () => {
    const { page } = await openPage(browser, urlOf('bench'), { scheme: 'dark' })
    await using _page = page.context()
    await page.emulateMedia({ media: 'print' })
    const panels = page.locator('[data-panel]')
    await expect
      .poll(() => page.locator('[data-chart] canvas').count())
      .toBe(await page.locator('[data-chart]').count())
    for (const panel of await panels.all()) expect(await panel.isVisible()).toBe(true)
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(22, 24, 29)')
  })

  test('without scripts every part can be read, one below the other', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true })
    await using _context = context
    const page = await context.newPage()
    await page.goto(urlOf('fail'))
    for (const id of ['summary', 'checks', 'measurements', 'run'])
      expect(await page.locator(`#panel-${id}`).isVisible(), id).toBe(true)
    expect(await page.locator('[data-copy]').first().isVisible()).toBe(false)
  })

  test('the command that repeats the run is there to copy, with its seed', async () => {
    const { page } = await openPage(browser, urlOf('fail'))
    await using _page = page.context()
    expect(await page.locator('#repeat').textContent()).toMatch(
      /^infergate gate --fault health-green-generate-error --seed \d+$/,
    )
    await page.locator('[data-copy=repeat]').click()
    await expect
      .poll(() => page.locator('[data-copy=repeat]').textContent())
      .toMatch(/Copied|Select and copy it by hand/)
  })

  test('a page without its data is small', () => {
    const text = readFileSync(fileURLToPath(urlOf('fail')), 'utf8')
    const own = [...text.matchAll(/<(style|script)>([\s\S]*?)<\/\1>/g)].map(([whole]) => whole).join('')
    expect(own.length).toBeGreaterThan(10_000)
    expect(own.length).toBeLessThan(MOST_BYTES)
  })
})

const verdictOf = (url: string): string =>
  JSON.parse(readFileSync(new URL('verdict.json', url), 'utf8')).verdict

async function bottomOf(page: Awaited<ReturnType<typeof openPage>>['page'], part: string): Promise<number> {
  const box = await page.locator(part).first().boundingBox()
  return box ? box.y + box.height : Number.POSITIVE_INFINITY
}
