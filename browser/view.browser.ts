import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest } from '../src/viewer/testing/raw-request.ts'
import { emptyFolder, ended, startCli } from '../testing/run-cli.ts'
import { noBrowser, startBrowser, violations } from './open-page.ts'

describe.skipIf(noBrowser)('infergate view', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  test('a gate is seen while it runs, and its page becomes the report without being asked', async () => {
    const cwd = emptyFolder()
    const viewer = startCli(['view', '--no-open'], { cwd })
    const [said] = await once(viewer.stdout as NodeJS.ReadableStream, 'data')
    const url = String(said).trim()
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(url)
    await page.getByText('There is no run yet').waitFor()
    expect(await violations(page)).toEqual([])

    const gate = startCli(['gate', '--fault', 'usage-zero'], { cwd })
    const gateEnded = ended(gate)
    await page.getByText('RUNNING', { exact: true }).last().waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'gate of simulator' }).click()
    expect(await page.locator('h1').textContent()).toBe('RUNNING')
    const done = async () =>
      Number(/checks: (\d+) of/.exec(await page.innerText('[data-section="now"]'))?.[1])
    await page.getByText('generation.counts-tokens').first().waitFor()
    const before = await done()
    await page.evaluate('scrollTo(0, 120)')
    await expect.poll(done, { timeout: 20_000 }).toBeGreaterThan(before)
    expect(await page.evaluate('scrollY')).toBe(120)
    expect(await violations(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violations(page)).toEqual([])
    expect(await page.innerText('[data-section="latency"]')).toMatch(/warm\s+\d+\s+0\s+[\d.]+ ms/)

    const rebound = await rawRequest(url, [
      `GET ${new URL(page.url()).pathname} HTTP/1.1`,
      'host: evil.example',
    ])
    expect([rebound.status, rebound.body]).toEqual([403, expect.not.stringContaining('RUNNING')])

    expect((await gateEnded).code).toBe(10)
    expect(existsSync(join(cwd, 'reports', 'latest', 'live.json'))).toBe(false)
    await page.getByRole('heading', { level: 1, name: 'FAIL' }).waitFor()
    await page.getByRole('link', { name: 'All runs' }).click()
    await page.getByText('1 run', { exact: true }).waitFor()
    await page.getByLabel('Search').fill('no such run')
    await page.getByText('No run is like this').waitFor()
    expect(page.url()).toContain('q=no+such+run')
    expect(errors).toEqual([])

    const stopped = ended(viewer)
    viewer.kill('SIGINT')
    await page.getByText('does not answer any more').waitFor()
    expect((await stopped).code).toBe(0)
  })
})
