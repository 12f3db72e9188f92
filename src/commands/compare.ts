import { existsSync } from 'node:fs'
import { type ExitCode, HarnessError } from '../errors.ts'
import { readHistory } from '../history/index.ts'
import type { Compared, Run } from '../records/index.ts'
import { comparedMarkdown, comparedText, comparePage } from '../reporters/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { compareRuns, decide, differencesOf, startFigures } from '../verdict/index.ts'
import { driftOf, requireStarts, type SavedStarts, savedStarts, withoutFingerprint } from './baseline-run.ts'
import { requireAlike, requireKnownFields } from './hold-against.ts'
import type { Io, RunFlags } from './io.ts'
import { pageFile } from './page-file.ts'
import { readSettings } from './settings.ts'

export type CompareFlags = Pick<RunFlags, 'config' | 'reportsDir' | 'allowDifference' | 'json'> & {
  readonly markdown?: boolean
  /** A file. */
  readonly html?: string
}

/** Any two saved runs, the first one taken as the baseline; by the margins of the second one's policy. Throws `usage` where they are unlike. */
export async function runCompare(
  [first, second]: readonly [string, string],
  { allowDifference = [], json = false, markdown = false, html, ...flags }: CompareFlags,
  io: Io,
): Promise<ExitCode> {
  requireKnownFields(allowDifference)
  if (json && markdown)
    throw new HarnessError('usage', '--json and --markdown cannot both go to stdout: give one of them.')
  const writePage = pageFile(html, io)
  const { values } = await readSettings(flags, io)
  const history = existsSync(values.history) ? await readHistory(values.history) : undefined
  try {
    const places = { reportsDir: values.reportsDir, cwd: io.cwd }
    const { run: candidate } = readRun(findRunFolder(second, places.reportsDir, places.cwd))
    const baseline = await savedStarts(first, places, history)
    const compared = await compare(baseline, candidate)
    io.stdout(
      json
        ? `${JSON.stringify(compared, null, 2)}\n`
        : (markdown ? comparedMarkdown : comparedText)(compared),
    )
    writePage?.(
      comparePage({
        compared,
        baseline,
        candidate: { ...candidate, run: candidate, starts: startFigures(candidate.samples, candidate.boots) },
        differences: differencesOf(baseline, candidate),
      }),
    )
    return compared.exitCode
  } finally {
    await history?.close()
  }

  async function compare(baseline: SavedStarts, candidate: Run): Promise<Compared> {
    const starts = startFigures(candidate.samples, candidate.boots)
    for (const [run, measured] of [[baseline, baseline.starts] as const, [candidate, starts] as const]) {
      if (!run.fingerprint) throw withoutFingerprint(run.runId)
      requireStarts(run.runId, measured)
    }
    const alike = requireAlike([baseline.runId, baseline], candidate, allowDifference)
    const target = baseline.fingerprint?.targetName ?? ''
    const drift = await driftOf(baseline, target, history)
    const { runId, startedAt, policy, boots } = candidate
    const { verdict } = candidate.decision ?? decide(candidate)
    const kept = { runId: baseline.runId, startedAt: baseline.startedAt }
    return {
      schemaVersion: 1,
      ...compareRuns({ ...kept, starts: baseline.starts, drift, ...alike }, { runId, policy, boots, starts }),
      baseline: { ...kept, verdict: baseline.verdict },
      candidate: { runId, startedAt, verdict },
    }
  }
}
