import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makePages } from './make-pages.ts'
import { noBrowser, openPage, startBrowser } from './open-page.ts'
import { makeRuns, RUN_NAMES } from './runs.ts'

/**
 * Pictures of the pages of runs, of two of them side by side, of nights and of a proof: `npm run screenshots -- [FOLDER] [--only pass,fail] [--first-screen]`. Each is the whole page, or
 * what is seen of it without scrolling.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, 'first-screen': { type: 'boolean', default: false } },
})
if (noBrowser) throw new Error(noBrowser)
const folder = resolve(positionals[0] ?? 'reports/screenshots')
mkdirSync(folder, { recursive: true })
const only = values.only?.split(',')
const isChosen = (name: string): boolean => only?.includes(name) ?? true
const others = await makePages(join(folder, 'pages'))
const pages = [
  ...(await makeRuns(RUN_NAMES.filter(isChosen))),
  ...[...others].filter(([name]) => isChosen(name)),
]

const SIZES = [
  [360, 800],
  [1280, 800],
  [2560, 1440],
] as const

await using browser = await startBrowser()
for (const [name, url] of pages)
  for (const [width, height] of SIZES)
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await openPage(browser, url, { width, height, scheme })
      await page.screenshot({
        path: join(folder, `${name}-${width}-${scheme}.png`),
        fullPage: !values['first-screen'],
      })
      const [opened, wide] = await page.evaluate<[number, number]>(
        `[performance.getEntriesByType('navigation')[0].loadEventEnd, document.documentElement.scrollWidth]`,
      )
      process.stdout.write(
        `${name} ${width} ${scheme}: opened in ${Math.round(opened)} ms, ${wide} px wide\n`,
      )
      await page.context().close()
    }
process.stdout.write(`${folder}\n`)
