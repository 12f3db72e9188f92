import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../errors.ts'
import { htmlReporter } from '../reporters/html/index.ts'
import { html, type Markup, renderPage, table, textOf } from '../reporters/html/kit/index.ts'
import { LIVE_FILE } from '../reporters/index.ts'
import { JOURNAL_FILE, readRun, SAMPLES_FILE, VERSION_1_FILE } from '../run/index.ts'
import { decide, verdictOf } from '../verdict/index.ts'
import { runAddress } from './list-page.ts'
import { openPlainFile, statOf } from './places.ts'

export const REPORT_FILE = 'report.html'
/** More than this is not folded while readers wait. */
const MOST_BYTES = 256 * 1024 * 1024

/** What stands in a run's folder, as it is: no links, nothing hidden, nothing that is gone with the run's end. */
export async function filesOf(folder: string): Promise<readonly { name: string; size: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const plain = entries.filter((one) => one.isFile() && !one.name.startsWith('.') && one.name !== LIVE_FILE)
  const sized = plain.map(async ({ name }) => ({ name, size: (await statOf(join(folder, name)))?.size ?? 0 }))
  return (await Promise.all(sized)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The way back to the list, and the files that the page is made from. */
export async function barOf(folder: string, name: string): Promise<Markup> {
  const files = await filesOf(folder)
  const link = (file: string) =>
    html`<a href="${runAddress(name)}files/${encodeURIComponent(file)}">${file}</a>`
  return html`<nav class="viewer-bar" aria-label="infergate view"><a href="/">All runs</a> ${files.map(({ name: file }) => link(file))}</nav>`
}

/** The page is put into the one that a run has left, which has no link to what lies beside it. */
export const withBar = (page: string, bar: Markup): string =>
  page.replace('<body>', () => `<body>${textOf(bar)}`)

/** The report that a run left, unless its journal is newer; undefined where there is none. */
export async function leftReport(folder: string): Promise<string | undefined> {
  await using file = await openPlainFile(folder, REPORT_FILE)
  if (!file) return undefined
  const [report, journal] = [await file.stat(), await statOf(join(folder, JOURNAL_FILE))]
  if (report.size > MOST_BYTES || report.mtimeMs < (journal?.mtimeMs ?? 0)) return undefined
  return await file.readFile('utf8')
}

/** The report as its journal tells it. Throws `run-unreadable`. */
export async function madeReport(folder: string): Promise<string> {
  let bytes = 0
  for (const name of [JOURNAL_FILE, SAMPLES_FILE, VERSION_1_FILE]) {
    const stats = await statOf(join(folder, name))
    if (stats && !stats.isFile())
      throw new HarnessError(
        'run-unreadable',
        `${name} of this run is no plain file: remove it, or name another run.`,
      )
    bytes += stats?.size ?? 0
  }
  if (bytes > MOST_BYTES)
    throw new HarnessError(
      'run-unreadable',
      `The journal and the samples of this run are ${Math.round(bytes / 1024 / 1024)} MiB, too much to render while you wait: run \`infergate report ${folder} --reporter html=report.html\`.`,
    )
  const { run } = readRun(folder)
  return htmlReporter.render({ run, verdict: verdictOf(run, run.decision ?? decide(run)) })
}

export async function renderFiles(folder: string, name: string): Promise<string> {
  const rows = (await filesOf(folder)).map(({ name: file, size }) => [
    html`<a href="${runAddress(name)}files/${encodeURIComponent(file)}">${file}</a>`,
    size.toLocaleString('en-US'),
  ])
  return renderPage({
    title: `Files of ${name} · infergate`,
    head: html`<h1>Files of ${name}</h1><p><a href="/">All runs</a> <a href="${runAddress(name)}">The run</a></p>`,
    tabs: [
      {
        ...{ id: 'files', title: 'Files' },
        content: table('Files of this run', [{ title: 'File' }, { title: 'Bytes', isNumber: true }], rows),
      },
    ],
    foot: 'They are shown as they are on disk.',
  })
}
