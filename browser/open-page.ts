import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where Debian's package puts it; CHROMIUM names another. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why no page can be opened here; undefined where one can, or has to be (INFERGATE_REQUIRE_BROWSER). */
export const noBrowser =
  existsSync(CHROMIUM) || process.env['INFERGATE_REQUIRE_BROWSER'] === '1'
    ? undefined
    : `there is no ${CHROMIUM}: apt-get install chromium`

export const startBrowser = (): Promise<Browser> =>
  // Its own sandbox cannot be set up by root, and not in most containers.
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })

export type Opened = {
  readonly page: Page
  /** What the console said that is no plain log, and what the page threw. */
  readonly errors: readonly string[]
  /** What the page asked the network for, beside itself. */
  readonly asked: readonly string[]
}

export type Screen = { readonly width?: number; readonly height?: number; readonly scheme?: 'light' | 'dark' }

/** Opens a file with the network off. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, height = 800, scheme = 'light' }: Screen = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    offline: true,
  })
  const page = await context.newPage()
  const errors: string[] = []
  const asked: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) asked.push(request.url())
  })
  await page.goto(url)
  return { page, errors, asked }
}

/** The rules of WCAG and of good practice that the page breaks now: rule, how many places, the first of them. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.length}, first ${nodes[0]?.html}`)
  })
  return found
}
