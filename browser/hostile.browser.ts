import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHostileService } from '../testing/hostile-service.ts'
import { runCli } from '../testing/run-cli.ts'
import { noBrowser, openPage, startBrowser, violations } from './open-page.ts'

describe.skipIf(noBrowser)('the page of a service whose every word is hostile', () => {
  let browser: Browser
  let file: string
  beforeAll(async () => {
    browser = await startBrowser()
    await using service = await startHostileService()
    const flags = ['--suite', 'health', '--suite', 'streaming', '--evidence', 'all', '--max-seconds', '8']
    const { cwd } = await runCli(['check', '--url', service.url, ...flags])
    file = join(cwd, 'reports', 'latest', 'report.html')
  }, 60_000)
  afterAll(() => browser.close())

  test('runs nothing, asks the network for nothing, says nothing to the console, and breaks no rule of accessibility', async () => {
    const { page, errors, asked } = await openPage(browser, `${pathToFileURL(file)}#tab=checks`)
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
    expect(await violations(page)).toEqual([])
    // What a handler of the service would wait for.
    await page.evaluate(
      `for (const one of document.querySelectorAll('main *')) for (const kind of ['focus', 'click', 'mouseover', 'error']) if (!one.closest('a, button, summary')) one.dispatchEvent(new Event(kind))`,
    )
    expect(await page.evaluate(`'ran' in globalThis`)).toBe(false)
    expect({ errors, asked }).toEqual({ errors: [], asked: [] })
  })

  test('shows the text of the service as text, its hidden signs by their code points', async () => {
    const { page } = await openPage(browser, `${pathToFileURL(file)}#tab=checks`)
    const text = await page.evaluate<string>('document.body.textContent')
    for (const said of ['</script><img src=x onerror=', '&lt;b&gt; &amp;amp;', 'javascript:globalThis.ran=1'])
      expect(text).toContain(said)
    // The model's name stands in the title, too, with what would end it.
    const title = await page.title()
    expect(title).toContain('</title><script>')
    expect(title).toContain('⟨U+202E⟩model⟨U+0000⟩⟨U+001B⟩[31m⟨U+D83C⟩')
    expect(readFileSync(file, 'utf8')).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/,
    )
  })

  test('has no element, link or handler that the service wrote', async () => {
    const { page } = await openPage(browser, pathToFileURL(file).href)
    const foreign = await page.evaluate(`[...document.querySelectorAll('*')].flatMap((element) => [
      ...(element.matches('img, iframe, object, embed, link, base, main main, main h1') ? [element.outerHTML] : []),
      ...[...element.attributes].flatMap(({ name, value }) =>
        name.startsWith('on') || (['href', 'src', 'action'].includes(name) && !value.startsWith('#')) ? [name + '=' + value] : []),
    ])`)
    expect(foreign).toEqual([])
  })

  test('stays small beside an answer of 10 MB', () => {
    expect(readFileSync(file, 'utf8')).toMatch(/The body has 10,000,\d+ bytes/)
    expect(statSync(file).size).toBeLessThan(1_000_000)
  })
})
