import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'
import { noBrowser, openPage, startBrowser, violations } from './open-page.ts'

describe.skipIf(noBrowser)('the checks of report.html', () => {
  let browser: Browser
  let url: string
  beforeAll(async () => {
    browser = await startBrowser()
    const flags = ['--fault', 'constraint-errors', '--suite', 'structured-outputs', '--suite', 'health']
    const { cwd } = await runCli(['check', ...flags])
    url = pathToFileURL(join(cwd, 'reports', 'latest', 'report.html')).href
  }, 60_000)
  afterAll(() => browser.close())

  test('the address of a check opens it: in sight, with the focus, its bytes marked', async () => {
    const { page } = await openPage(browser, `${url}#tab=checks`)
    await page.locator('.finding a').first().click()
    const check = page.locator('.check[open]')
    expect(await check.count()).toBe(1)
    const id = await check.getAttribute('data-check')
    expect(new URL(page.url()).hash).toBe(`#tab=checks&open=${id}`)
    expect(await page.evaluate(`document.activeElement.parentElement.dataset['check']`)).toBe(id)
    const mark = check.locator('pre.body mark').first()
    expect(await mark.textContent()).toBe('"error"')
    expect(await mark.isVisible()).toBe(true)
    const box = await check.boundingBox()
    expect(box?.y).toBeGreaterThanOrEqual(0)
    expect(box?.y).toBeLessThan(200)
    expect(await violations(page)).toEqual([])
  })

  test('a filter stands in the address, says how many of all it shows, and shows another reader the same', async () => {
    const { page } = await openPage(browser, `${url}#tab=checks`)
    const shown = () => page.locator('.check:not([hidden])').count()
    const all = await page.locator('.check').count()
    await page.getByLabel('Outcome').selectOption('failed')
    await page.getByLabel('Suite').selectOption('structured-outputs')
    await page.getByLabel('Text').fill('REGEX')
    const narrowed = await shown()
    expect(narrowed).toBeGreaterThan(0)
    expect(narrowed).toBeLessThan(all)
    expect(await page.locator('[data-filter-count]').textContent()).toBe(`${narrowed} of ${all} shown`)
    const { hash } = new URL(page.url())
    expect(hash).toBe('#tab=checks&outcome=failed&suite=structured-outputs&q=REGEX')
    const again = await openPage(browser, `${url}${hash}`)
    expect(await again.page.locator('.check:not([hidden])').count()).toBe(narrowed)
    await page.getByLabel('Text').fill('there is no such text')
    expect(await page.getByText('No check matches.').isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(shown).toBe(all)
  })

  test('keys alone open a check and close it, and the address follows', async () => {
    const { page, errors } = await openPage(browser, `${url}#tab=checks&outcome=failed`)
    await page.getByRole('button', { name: 'Show all' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const check = page.locator('.check[open]')
    await expect.poll(() => check.count()).toBe(1)
    const id = await check.getAttribute('data-check')
    await expect.poll(() => new URL(page.url()).hash).toBe(`#tab=checks&outcome=failed&open=${id}`)
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).hash).toBe('#tab=checks&outcome=failed')
    expect(errors).toEqual([])
  })
})
