import { dirname } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { readWaivers, waiversFile } from '../config/index.ts'
import { writeWhole } from '../disk.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { Run, Waiver } from '../records/index.ts'
import { countOf } from '../reporters/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { countingComparisons, countingFailures, decide, type Failure, isWaivable } from '../verdict/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

/** How long a waiver lasts until somebody changes its day. */
const DAYS = 30
const DAY_MS = 86_400_000

/**
 * Writes the failures of a run that count into the file of waivers, each with a reason to fill in: until it is, no run begins.
 * Throws `config-invalid` where the file holds what no waiver is, and `run-unreadable`.
 */
export async function runWaive(
  name: string,
  flags: RunFlags,
  io: Io,
  clock: Clock = systemClock,
): Promise<ExitCode> {
  const { values, file: config } = await readSettings(flags, io)
  const { run } = readRun(findRunFolder(name, values.reportsDir, io.cwd))
  const folder = config === undefined ? io.cwd : dirname(config)
  const file = waiversFile(folder)
  const { comparisons } = run.decision ?? decide(run)
  const failures = [...countingFailures(run), ...countingComparisons(comparisons)]
  for (const { id, outcome, reason } of comparisons)
    if (outcome === 'failed' && !isWaivable(id))
      io.stderr(
        `${id} is no promise and no limit and cannot be waived, change \`policy\` or \`expects\` instead: ${reason}\n`,
      )
  if (failures.length === 0) {
    io.stderr(`Run ${run.runId} has no failed promise or limit to waive: nothing was written.\n`)
    return EXIT.pass
  }
  const until = new Date(clock.now().getTime() + DAYS * DAY_MS).toISOString().slice(0, 10)
  const added = failures.map((failure) => waiverOf(failure, { run, until, by: io.env['USER'] ?? '' }))
  const kept = readWaivers(folder).filter((old) => !added.some((one) => isSame(one, old)))
  write(file, [...kept, ...added])
  io.stderr(
    `${countOf(added.length, 'failure')} of ${run.runId} ${added.length === 1 ? 'is' : 'are'} in ${file} now, waived until ${until}. Fill in the reason of each and correct its day; an empty reason stops the next run.\n`,
  )
  return EXIT.pass
}

const waiverOf = (
  { id, case: name }: Failure,
  { run, until, by }: { readonly run: Run; readonly until: string; readonly by: string },
): Waiver => ({
  id,
  ...(name !== undefined && { case: name }),
  ...{ reason: '', until, by, evidence: run.runId },
})

/** A waiver that ended is replaced: whoever accepts the failure again says why again. */
const isSame = (one: Waiver, other: Waiver): boolean => one.id === other.id && one.case === other.case

function write(file: string, waivers: readonly Waiver[]): void {
  try {
    writeWhole(file, `${JSON.stringify(waivers, undefined, 2)}\n`)
  } catch (cause) {
    const { message } = cause as Error
    throw new HarnessError('config-invalid', `${file} cannot be written (${message}): make it writable.`, {
      cause,
    })
  }
}
