import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { didYouMean } from '../config/index.ts'
import { makeFolder, unwritable } from '../disk.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import {
  defaultJobs,
  headline,
  isProven,
  listOf,
  matrixOf,
  nameOf,
  openOf,
  type Proof,
  pageOf,
  prove,
  subjectsOf,
  toJson,
} from '../proof/index.ts'
import { createProgress, matrixPage, type ProgressMode } from '../reporters/index.ts'
import { FAULTS } from '../simulator/index.ts'
import type { Io } from './io.ts'
import { pageFile } from './page-file.ts'
import { progressOptions } from './progress-flag.ts'

export type ProveFlags = {
  readonly faults?: readonly string[]
  readonly jobs?: number
  /** Of each fault only the promises that are about it. */
  readonly quick?: boolean
  /** Healthy simulators of each dialect. */
  readonly seeds: number
  /** Files, or `-` for stdout. */
  readonly json?: string
  readonly markdown?: string
  /** A file. */
  readonly html?: string
  readonly quiet?: boolean
  readonly progress?: ProgressMode
}

/** Is the gate's verdict to be believed? Exit 0 only where each fault is caught with its cause and nothing healthy is blamed. */
export async function runProve(flags: ProveFlags, io: Io): Promise<ExitCode> {
  requireKnownFaults(flags.faults ?? [])
  if (flags.json === '-' && flags.markdown === '-')
    throw new HarnessError(
      'usage',
      '--json and --markdown cannot both go to stdout: give one of them a file.',
    )
  const writePage = pageFile(flags.html, io)
  const { faults, seeds, quick: isQuick = false, jobs = defaultJobs() } = flags
  const subjects = subjectsOf({ faults, seeds, isQuick })
  using progress = createProgress(io, progressOptions(flags))
  progress.phase(`simulators, ${jobs} at a time`, subjects.length)
  const proof = await prove({
    ...{ subjects, jobs, signal: io.signal },
    onJudged: ({ subject }) => {
      progress.step()
      progress.status(nameOf(subject))
    },
  })
  progress.end()
  write(flags.json, `${JSON.stringify(toJson(proof), null, 2)}\n`, io)
  write(flags.markdown, pageOf(proof), io)
  writePage?.(matrixPage(matrixOf(proof)))
  return conclude(proof, io)
}

function conclude(proof: Proof, io: Io): ExitCode {
  for (const line of listOf(proof)) io.stderr(`✘ ${line}\n`)
  for (const line of openOf(proof)) io.stderr(`· ${line}\n`)
  const { notJudged, durationMs } = proof
  const took = `${Math.round(durationMs / 1_000)} s`
  if (io.signal.aborted) {
    io.stderr(
      `INTERRUPTED after ${took}, ${notJudged.length} simulators not judged. So far: ${headline(proof)}.\n`,
    )
    throw io.signal.reason
  }
  const code = isProven(proof) ? EXIT.pass : EXIT.fail
  io.stderr(`${code === EXIT.pass ? 'PROVEN' : 'NOT PROVEN'}: ${headline(proof)} (exit ${code}, ${took}).\n`)
  return code
}

function requireKnownFaults(faults: readonly string[]): void {
  const known = FAULTS.map(({ id }) => id)
  for (const fault of faults)
    if (!known.includes(fault))
      throw new HarnessError('usage', `Unknown fault "${fault}": ${didYouMean(fault, known)}`)
}

function write(place: string | undefined, text: string, io: Io): void {
  if (place === undefined) return
  if (place === '-') {
    io.stdout(text)
    return
  }
  const file = resolve(io.cwd, place)
  try {
    makeFolder(resolve(file, '..'))
    writeFileSync(file, text)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}
