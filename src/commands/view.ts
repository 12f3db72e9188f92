import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { aborted, systemClock } from '../clock.ts'
import { unwritable, writeWhole } from '../disk.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import { findRunFolder } from '../run/index.ts'
import { leftReport, madeReport, REPORT_FILE, readHead, startViewer } from '../viewer/index.ts'
import type { Io, RunFlags } from './io.ts'
import { openInBrowser } from './open-browser.ts'
import { readSettings } from './settings.ts'

export type ViewFlags = Pick<RunFlags, 'config' | 'reportsDir'> & {
  readonly port?: number
  /** False: nothing is opened, the address is printed. */
  readonly open: boolean
}

/** One run's page, or all runs on loopback until Ctrl-C, which is the normal end. */
export async function runView(run: string | undefined, flags: ViewFlags, io: Io): Promise<ExitCode> {
  const { open: isOpened, port, ...given } = flags
  const { values } = await readSettings(given, io)
  if (run === undefined) return await serve(resolve(io.cwd, values.reportsDir), '/', flags, io)
  const page = resolve(io.cwd, run)
  if (run.endsWith('.html') && existsSync(page)) return await show(page, isOpened, io)
  const folder = findRunFolder(run, values.reportsDir, io.cwd)
  if (await goesOn(folder))
    return await serve(dirname(folder), `/run/${encodeURIComponent(basename(folder))}/`, flags, io)
  if ((await leftReport(folder)) === undefined) await render(folder, io)
  return await show(join(folder, REPORT_FILE), isOpened, io)
}

/** Whether the run in this folder has no end yet, and shows a sign of life. */
const goesOn = async (folder: string): Promise<boolean> =>
  (await readHead(dirname(folder), basename(folder), systemClock.now().getTime())).word === 'RUNNING'

async function serve(root: string, path: string, flags: ViewFlags, io: Io): Promise<ExitCode> {
  await using viewer = await startViewer(root, { ...(flags.port !== undefined && { port: flags.port }) })
  const address = `${viewer.url}${path}`
  io.stdout(`${address}\n`)
  await tryOpening(address, flags.open, io)
  io.stderr(`Serving ${root} to this machine alone. Ctrl-C ends it.\n`)
  await aborted(io.signal)
  return EXIT.pass
}

/** A killed run has left no page: it gets the one that every other run has. */
async function render(folder: string, io: Io): Promise<void> {
  const page = await madeReport(folder)
  try {
    writeWhole(join(folder, REPORT_FILE), page)
  } catch (cause) {
    throw unwritable(folder, cause)
  }
  io.stderr(`Rendered ${REPORT_FILE} from the journal.\n`)
}

async function show(file: string, isOpened: boolean, io: Io): Promise<ExitCode> {
  io.stdout(`${file}\n`)
  await tryOpening(pathToFileURL(file).href, isOpened, io)
  return EXIT.pass
}

async function tryOpening(address: string, isOpened: boolean, io: Io): Promise<void> {
  if (isOpened && !(await openInBrowser(address, io.env)))
    io.stderr('No browser was opened here: open this address yourself.\n')
}
