import { createProbe } from '../client/index.ts'
import { HarnessError } from '../errors.ts'
import type { Probe, Run, RunningTarget, TargetSpec } from '../records/index.ts'
import { startTarget } from '../targets/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

export type AskingFlags = Pick<RunFlags, 'config' | 'reportsDir' | 'url'>

/** The target of a saved run, running again; or why nothing can be asked. A service behind a URL is asked where it is. */
export async function reachTarget(
  run: Run,
  flags: AskingFlags,
  io: Io,
  note: (text: string) => void,
): Promise<RunningTarget | string> {
  try {
    const spec = await specOf(run, flags, io)
    if (typeof spec === 'string') return spec
    if (spec.kind !== 'url') note(`starting the target again (${spec.kind}); --no-minimise leaves it alone`)
    const probe = wasGenerating(run)
      ? createProbe({ cwd: io.cwd })
      : untilHealthy(createProbe({ cwd: io.cwd }))
    return await startTarget(spec, { index: 0, probe, signal: io.signal, onPhase: note })
  } catch (error) {
    if (!(error instanceof HarnessError) || io.signal.aborted) throw error
    return error.message
  }
}

/** By the configuration as it is now: a run keeps names of secrets and no way to start anything. */
async function specOf(run: Run, { url, ...from }: AskingFlags, io: Io): Promise<TargetSpec | string> {
  const { target, fingerprint } = run
  const { dialect, model } = target
  const common = { ...from, ...(model !== undefined && { model }) }
  if (url !== undefined) return specFrom({ ...common, url, dialect }, io)
  const name = fingerprint?.targetName
  if (name === 'url' && target.url !== undefined) return specFrom({ ...common, url: target.url, dialect }, io)
  if (target.kind === 'simulator') {
    const { profile, faults = [] } = target
    const isNamed = name !== undefined && name !== 'simulator'
    const own = isNamed
      ? { target: name }
      : { target: 'simulator', dialect, ...(profile !== undefined && { profile }) }
    return specFrom({ ...from, ...own, ...(!isNamed && faults.length > 0 && { faults }) }, io)
  }
  if (name === undefined)
    return 'the run does not say which target of the configuration it judged: give --url'
  return specFrom({ ...from, target: name }, io)
}

async function specFrom(flags: RunFlags, io: Io): Promise<TargetSpec | string> {
  const { target } = (await readSettings(flags, io)).values
  return target ?? 'the configuration of this folder has no such target: give --url, or --config'
}

const wasGenerating = ({ boots }: Run): boolean => boots.some(({ outcome }) => outcome === 'generating')

/** Of a service that did not generate, health is all that can be waited for: whether it generates is what is to be asked. */
const untilHealthy = (probe: Probe): Probe => ({
  health: probe.health,
  generate: () => Promise.resolve({ ok: true, e2eMs: 0 }),
})
