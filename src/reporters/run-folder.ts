import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HarnessError } from '../errors.ts'
import type { Run, Sample, Verdict } from '../records/index.ts'
import { jsonReporter, toStrictJson } from './json.ts'
import { junitReporter } from './junit.ts'
import { markdownReporter } from './markdown.ts'

/** The folder of one run. Every write is whole or not there; a kill at any moment leaves what was written before. */
export interface RunFolder extends Disposable {
  readonly path: string
  /** The absolute path of a file in the folder, for what others write (target.log). */
  file(name: string): string
  /** One line of samples.jsonl, in one write. */
  appendSample(sample: Sample): void
  /** run.json alone: after each step, so that a killed run can still be read. */
  writeRun(run: Run): void
  /** run.json, verdict.json, report.md and junit.xml. */
  writeReports(run: Run, verdict: Verdict): void
}

/** Formats that every run leaves in its folder. */
const ALWAYS = [jsonReporter, markdownReporter, junitReporter] as const

/**
 * Creates `<reportsDir>/<runId>/` and proves that it can be written by writing. Call it before any load is sent.
 * Throws `reports-unwritable`.
 */
export async function openRunFolder(reportsDir: string, runId: string): Promise<RunFolder> {
  const root = resolve(reportsDir)
  const path = join(root, runId)
  const guarded = <T>(write: () => T): T => {
    try {
      return write()
    } catch (cause) {
      throw unwritable(path, cause)
    }
  }
  const samples = guarded(() => {
    makeFolder(root)
    // Not recursive: a second run of the same id must not write into the first one's folder.
    mkdirSync(path)
    proveWritable(path)
    return openSync(join(path, 'samples.jsonl'), 'a')
  })
  guarded(() => pointLatest(root, runId))
  return {
    path,
    file: (name) => join(path, name),
    appendSample: (sample) => guarded(() => appendLine(samples, JSON.stringify(sample))),
    writeRun: (run) => guarded(() => writeWhole(join(path, 'run.json'), toStrictJson(run))),
    writeReports(run, verdict) {
      const texts = ALWAYS.map((reporter) => [reporter.file, reporter.render({ run, verdict })] as const)
      guarded(() => {
        writeWhole(join(path, 'run.json'), toStrictJson(run))
        for (const [name, text] of texts) writeWhole(join(path, name), text)
      })
    },
    [Symbol.dispose]: () => closeSync(samples),
  }
}

/**
 * Creates a folder and those above it. Node's own `recursive` never returns where a parent exists and still answers
 * ENOENT, as /proc does (seen on Node 24.21).
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') {
      if (statSync(path).isDirectory()) return
      throw Object.assign(new Error(`ENOTDIR: ${path} is a file`), { code: 'ENOTDIR' })
    }
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    makeFolder(dirname(path))
    makeFolder(path)
  }
}

/** Makes the reports folder and writes into it, as a run would. Throws `reports-unwritable`. */
export function proveReportsWritable(reportsDir: string): void {
  const root = resolve(reportsDir)
  try {
    makeFolder(root)
    proveWritable(root)
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

/** Room for the smallest useful report. Permission bits bind no root, so only a real write tells. */
function proveWritable(path: string): void {
  const probe = join(path, '.probe')
  writeFileSync(probe, Buffer.alloc(64 * 1024))
  rmSync(probe)
}

function appendLine(descriptor: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`)
  // A short write means a full disk; going on would put the next sample into the middle of a torn line.
  if (writeSync(descriptor, bytes) !== bytes.length)
    throw new Error('ENOSPC: only a part of a sample was written')
}

/** Readers see the old text or the new one, never half of it. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Codes of a file system without symbolic links, or of a `latest` that is somebody's own folder. */
const NO_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'ENOTEMPTY', 'EEXIST'])

/** `latest` is a convenience: where it cannot be, the run goes on and its id is printed all the same. */
function pointLatest(root: string, runId: string): void {
  const temporary = join(root, `.latest-${runId}`)
  try {
    symlinkSync(runId, temporary, 'junction')
    renameSync(temporary, join(root, 'latest'))
  } catch (error) {
    rmSync(temporary, { force: true })
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function unwritable(path: string, cause: unknown): HarnessError {
  if (cause instanceof HarnessError) return cause
  if (!(cause instanceof Error)) throw cause
  const { code = '' } = cause as NodeJS.ErrnoException
  // Anything but a failed system call is a bug of ours and must crash as one.
  if (code === '' && !cause.message.startsWith('ENOSPC')) throw cause
  const { [code]: next = 'choose another folder with --reports-dir' } = NEXT_STEP
  return new HarnessError(
    'reports-unwritable',
    `The reports folder ${path} cannot be written (${cause.message}): ${next}.`,
    { cause },
  )
}

const NEXT_STEP: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space, or choose another disk with --reports-dir',
  EDQUOT: 'free some of your quota, or choose another disk with --reports-dir',
  EEXIST: 'a run of this id is already there, so start the run again',
  ENOTDIR: 'a part of this path is a file; remove it, or choose another folder with --reports-dir',
}
