import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { openPage, startBrowser } from '../browser/open-page.ts'
import { writeWhole } from '../src/disk.ts'
import { htmlReporter } from '../src/reporters/html/index.ts'
import { toStrictJson } from '../src/reporters/json.ts'
import { readRun } from '../src/run/index.ts'
import { decide, verdictOf } from '../src/verdict/index.ts'
import { withManySamples } from '../testing/many-samples.ts'
import { runCli } from '../testing/run-cli.ts'

/**
 * How large report.html is, how long it takes to make and to open: `npm run bench:page [-- --samples N] [--run FOLDER] [--seed N]`.
 * A short load against the simulator is measured and its samples are repeated to as many as asked; of a saved run (`--run`) nothing is
 * repeated unless `--samples` says so. Open: from the address to the first picture after every script ran, the median of five.
 */
const { values } = parseArgs({
  options: { samples: { type: 'string' }, run: { type: 'string' }, seed: { type: 'string', default: '11' } },
})
const OPENINGS = 5
/** Runs in the page: when what its scripts drew has been shown. */
const AFTER_A_PICTURE =
  'new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now()))))'

const folder = values.run ?? (await shortLoad())
const count = values.samples ?? (values.run === undefined ? '30000' : undefined)
const measured = readRun(folder).run
const run = count === undefined ? measured : withManySamples(measured, Number(count), Number(values.seed))
const verdict = verdictOf(run, count === undefined ? run.decision : decide(run))
const beganMs = performance.now()
const text = htmlReporter.render({ run, verdict })
const renderMs = performance.now() - beganMs
const file = join(mkdtempSync(join(tmpdir(), 'infergate-page-')), 'report.html')
writeWhole(file, text)
const address = pathToFileURL(file).href
process.stdout.write(
  toStrictJson({
    file,
    samples: run.samples.length,
    bytes: statSync(file).size,
    bytesOfData: statSync(file).size - withoutData(readFileSync(file, 'utf8')),
    renderMs: Math.round(renderMs),
    openMs: { summary: await openMs(address), measurements: await openMs(`${address}#tab=measurements`) },
  }),
)

async function shortLoad(): Promise<string> {
  const { cwd } = await runCli(['bench', '--target', 'simulator', '--rate', '40', '--duration', '8s'])
  return join(cwd, 'reports', 'latest')
}

async function openMs(url: string): Promise<number> {
  const browser = await startBrowser()
  const times: number[] = []
  for (let opening = 0; opening < OPENINGS; opening++) {
    const { page } = await openPage(browser, url)
    const ms = await page.evaluate<number>(AFTER_A_PICTURE)
    times.push(ms)
    await page.close()
  }
  await browser.close()
  return Math.round(times.toSorted((a, b) => a - b)[OPENINGS >> 1] ?? 0)
}

/** What stays of a page without the values of its charts and the rows of its tables. */
function withoutData(page: string): number {
  const [values, rows] = [/<script type="application\/json"[\s\S]*?<\/script>/g, /<tbody>[\s\S]*?<\/tbody>/g]
  return Buffer.byteLength(page.replaceAll(values, '').replaceAll(rows, ''))
}
