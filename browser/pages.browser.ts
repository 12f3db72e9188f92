import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wholeProof } from '../src/proof/testing/whole-proof.ts'
import { fourStories } from '../src/trend/testing/stories.ts'
import { historyOf, kept, makePages, proofOf } from './make-pages.ts'
import { noBrowser, openPage, type Screen, startBrowser, violations } from './open-page.ts'

const LARGEST = 3_000_000
const LIGHT_AND_NARROW: readonly Screen[] = [{ width: 1280 }, { width: 360, scheme: 'dark' }]

describe.skipIf(noBrowser)('the pages of two runs, of a history and of a proof', () => {
  let browser: Browser
  let pages: ReadonlyMap<string, string>
  const folder = mkdtempSync(join(tmpdir(), 'infergate-pages-'))
  beforeAll(async () => {
    browser = await startBrowser()
    pages = await makePages(folder)
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  const urlOf = (name: string): string => {
    const url = pages.get(name) ?? ''
    expect(statSync(new URL(url)).size, `${name}, bytes`).toBeLessThan(LARGEST)
    return url
  }

  /** At both widths, in both schemes, in each view: no rule is broken, nothing is asked for, no page is wider than its screen. */
  async function holds(
    url: string,
    views: readonly string[],
    look?: (page: Page) => Promise<void>,
  ): Promise<void> {
    for (const screen of LIGHT_AND_NARROW) {
      const { page, errors, asked } = await openPage(browser, url, screen)
      await look?.(page)
      for (const view of views) {
        await page.evaluate(`location.hash = ${JSON.stringify(view)}`)
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), view).toBe(true)
        expect(await violations(page), view).toEqual([])
      }
      expect({ errors, asked }).toEqual({ errors: [], asked: [] })
      await page.context().close()
    }
  }

  test('two runs: the verdict and the interval of what decided are on the first screen, the rest a click away', async () => {
    const url = urlOf('compare')
    await holds(url, ['', '#tab=distributions', '#tab=checks', '#tab=runs'], async (page) => {
      expect(await page.locator('h1').textContent()).toMatch(/^FAIL/)
      const decided = page.locator('.forest-row').first()
      expect(await decided.textContent()).toMatch(/ttftMsP50 worse/)
      const head = await page.locator('header').boundingBox()
      expect(await page.locator('header').textContent()).toMatch(
        /Target staging\. .*ttftMsP50 failed: 39\.3 % worse/,
      )
      expect((head?.y ?? 0) + (head?.height ?? Number.NaN)).toBeLessThan(800)
      if ((page.viewportSize()?.width ?? 0) > 1_000)
        expect((await decided.boundingBox())?.y).toBeLessThan(700)
      await page.getByText('Distributions').click()
      await page.locator('#chart-warm-ttftMs canvas').waitFor()
    })
  })

  test('a history: from what moved to its nights by keyboard, and the address shows another reader the same', async () => {
    const url = urlOf('trend')
    const { page } = await openPage(browser, url)
    await page.locator('ol a').last().focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-key="code-ttftMsP50-warm-A100"] canvas').waitFor()
    expect(page.url()).toContain('#series=code-ttftMsP50-warm-A100')
    expect(await page.locator('h2:focus').textContent()).toContain('ttftMsP50')
    await page.goBack()
    expect(await page.locator('[data-key=""]').isVisible()).toBe(true)
    const few = [...fourStories(1)].slice(0, 10).map(([key, nights]) => [key, nights.slice(-20)] as const)
    await holds(kept(folder, 'few-nights.html', historyOf(few)), ['', '#series=code-ttftMsP50-warm-A100'])
  })

  test('a whole proof: what was missed first, and the matrix of one kind and check from its address', async () => {
    const url = urlOf('matrix-summary')
    const { page, errors } = await openPage(browser, `${url}#tab=matrix`)
    await page.locator('[data-matrix] tbody').first().waitFor()
    const runs = wholeProof().faults.length
    expect(await page.locator('[data-matrix-count=matrix]').textContent()).toContain(
      `${runs} of ${runs} runs,`,
    )
    await page.getByLabel('fault', { exact: true }).first().fill('health-green')
    expect(await page.locator('[data-matrix] th[scope=row]').count()).toBe(2)
    expect(page.url()).toContain('fault=health-green')
    await page.keyboard.press('Tab')
    await page.keyboard.type('agrees')
    expect(await page.locator('[data-matrix] td').allTextContents()).toEqual(['failed', 'failed'])
    expect(errors).toEqual([])
    const few = kept(folder, 'few-faults.html', proofOf(['usage-zero', 'chunked-cut', 'stop-ignored']))
    await holds(few, ['', '#tab=matrix', '#tab=faults', '#tab=checks'])
  })
})
