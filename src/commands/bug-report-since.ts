import { existsSync } from 'node:fs'
import { beforeAfter, middleOf, type Sides, sideOf } from '../bug-report/index.ts'
import { HarnessError } from '../errors.ts'
import { type HistoryReader, type KeptRun, readHistory } from '../history/index.ts'
import type { BeforeAfter, Run, Verdict } from '../records/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { decide, describeDifference, differencesOf, type Origin, verdictOf } from '../verdict/index.ts'

type Places = { readonly reportsDir: string; readonly history: string; readonly cwd: string }

/** The accepted run of the same target beside this one: the one that is named, or the baseline, or the last that passed. */
export async function sinceAccepted(
  run: Run,
  verdict: Verdict,
  { baseline, ...places }: Places & { readonly baseline?: string },
): Promise<BeforeAfter | undefined> {
  const history = existsSync(places.history) ? await readHistory(places.history) : undefined
  try {
    const name = baseline ?? run.baseline?.runId ?? (await lastAccepted(run, history))
    const before =
      name === undefined || name === run.runId ? undefined : await sideBefore(name, places, history)
    if (!before) {
      if (baseline === undefined) return undefined
      throw new HarnessError(
        'usage',
        `There is no run ${baseline} to compare with: name a run of ${places.reportsDir} or of the history.`,
      )
    }
    const differences = differencesOf(before.origin, run).map(describeDifference)
    return beforeAfter(before.side, sideOf(run, verdict), differences)
  } finally {
    await history?.close()
  }
}

async function lastAccepted(
  { fingerprint, target }: Run,
  history: HistoryReader | undefined,
): Promise<string | undefined> {
  if (!history || !fingerprint) return undefined
  const { targetName: name } = fingerprint
  const isByUrl = name === 'url' && target.url !== undefined
  const accepted = await history.lastAccepted({
    name,
    dialect: target.dialect,
    ...(isByUrl && { url: target.url }),
  })
  if (accepted) return accepted.runId
  const [measured] = await history.acceptedRuns(isByUrl ? String(target.url) : name, 1)
  return measured?.runId
}

type Before = { readonly side: Sides; readonly origin: Origin }

async function sideBefore(
  name: string,
  { reportsDir, cwd }: Places,
  history: HistoryReader | undefined,
): Promise<Before | undefined> {
  try {
    const { run } = readRun(findRunFolder(name, reportsDir, cwd))
    return { origin: run, side: sideOf(run, verdictOf(run, run.decision ?? decide(run))) }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    const kept = await history?.run(name)
    return kept && { origin: kept, side: sideOfKept(kept) }
  }
}

function sideOfKept({ runId, startedAt, verdict, toolVersion, starts, fingerprint }: KeptRun): Sides {
  const coldMs = middleOf(starts.map(({ values }) => values.coldStartMs))
  const warmMs = middleOf(starts.map(({ values }) => values.e2eMsP50))
  return {
    ...{ runId, startedAt, verdict },
    ...(coldMs !== undefined && { coldMs }),
    ...(warmMs !== undefined && { warmMs }),
    ...(fingerprint?.model !== undefined && { model: fingerprint.model }),
    ...(toolVersion !== undefined && { toolVersion }),
  }
}
