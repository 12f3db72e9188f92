import assert from 'node:assert/strict'
import { EXIT, type ExitCode } from '../errors.ts'
import type { NightlyRun, TargetSpec } from '../records/index.ts'
import { countOf } from '../reporters/index.ts'
import { startFigures } from '../verdict/index.ts'
import type { Io, RunFlags } from './io.ts'
import { judgeTarget } from './judge.ts'
import { loadSettings } from './settings.ts'

type Measured = {
  /** Absent: it could not be measured, and that was said. */
  readonly reference?: NightlyRun['reference']
  /** Of a night that somebody ended while its reference was measured. */
  readonly stoppedBy?: ExitCode
}

/** A reference is chosen as what a run is held against: what flags and environment say of the candidate is not of it. */
export async function referenceSettings(name: string, flags: RunFlags, io: Io) {
  const { values } = await loadSettings({ ...flags, against: name }, io)
  const { against, ...settings } = values
  assert(against, 'a target that was named was chosen')
  return { ...settings, against }
}

/** Measures the reference target as `bench` does. Its verdict decides nothing: what counts is that it was measured to its end. */
export async function measureReference(name: string, flags: RunFlags, io: Io): Promise<Measured> {
  const { against, ...settings } = await referenceSettings(name, flags, io)
  const doubt = whyNotPinned(against.target)
  if (doubt !== undefined)
    io.stderr(`The reference ${name} may change by itself: ${doubt}. A ratio to it then moves, too.\n`)
  io.stderr(`First the reference: ${name}.\n`)
  const { exitCode, ended } = await judgeTarget(
    'bench',
    { ...settings, ...against, reporters: [] },
    { ...flags, json: false },
    io,
  )
  if (exitCode === EXIT.interrupted || exitCode === EXIT.terminated) return { stoppedBy: exitCode }
  const starts = ended ? startFigures(ended.samples, ended.boots) : []
  const failed = starts.reduce((sum, start) => sum + start.failed, 0)
  const flaw =
    ended?.decision?.state !== 'complete'
      ? `its run is ${ended?.decision?.state ?? 'interrupted'}`
      : failed > 0
        ? `${countOf(failed, 'request')} of it failed`
        : starts.length === 0
          ? 'nothing of it was measured'
          : undefined
  if (ended && flaw === undefined) return { reference: { targetName: name, runId: ended.runId, starts } }
  io.stderr(`This night has no reference: ${flaw}. The candidate is measured all the same.\n`)
  return {}
}

/** Why a target may be another service tomorrow though nobody changes the configuration. */
function whyNotPinned(spec: TargetSpec): string | undefined {
  if (spec.kind === 'container' && spec.digest === undefined)
    return 'its image has no `digest`, so a tag may come to name another one'
  if (spec.kind === 'url') return 'it is a service that somebody else starts'
  return undefined
}
