import { type Clock, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import type { Boot, Probe, RunningTarget, TargetSpec } from '../records/index.ts'
import { Redactor, type Secret } from '../secret.ts'
import { launchContainer } from './container/container-target.ts'
import { knownSecrets } from './known-secrets.ts'
import type { Launch, LaunchContext, Launched } from './launch.ts'
import { launchProcess } from './process-target.ts'
import { waitUntilGenerating } from './readiness.ts'
import { launchSimulator } from './simulator-target.ts'
import { StartPhases } from './start-phases.ts'
import { TargetLog } from './target-log.ts'
import { findUrl } from './url-target.ts'

export type StartOptions = {
  /** Which start of the run this is, from 0. */
  readonly index: number
  readonly probe: Probe
  readonly clock?: Clock
  readonly signal?: AbortSignal
  /** In place of how targets of its kind come to run; waiting, timing and stopping stay the same. */
  readonly launch?: Launch<TargetSpec>
  /** All that the target writes is added to this file. */
  readonly logFile?: string
  /** Which run this start belongs to: it stands on what is left with others, such as a container. */
  readonly runId?: string
  /**
   * What the start is doing, in one line for people: `waiting for health`, and every few seconds again with the time since
   * the start and the last line of the target's log: `waiting for health, 12 s; log: Loading weights`. No secret stands in it.
   */
  readonly onPhase?: (text: string) => void
  /** One line that stays: which engine was used, what is pulled; `onPhase` gets it where nobody listens. */
  readonly onNote?: (text: string) => void
  /** What wants attention and does not stop the run; a note where nobody listens. */
  readonly onWarning?: (text: string) => void
}

/**
 * Starts or finds the target and waits until it generates, or is known not to (`boot.outcome`). Throws a `HarnessError`
 * when that cannot be found out, and the signal's reason when it aborts; then nothing that was started is left running.
 */
export async function startTarget(spec: TargetSpec, options: StartOptions): Promise<RunningTarget> {
  options.signal?.throwIfAborted()
  const secrets = knownSecrets(spec, process.env)
  const redactor = new Redactor(secrets)
  try {
    return await startKnown(spec, options, secrets, redactor)
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    throw new HarnessError(error.code, redactor.redact(error.message), { cause: error.cause })
  }
}

async function startKnown(
  spec: TargetSpec,
  options: StartOptions,
  secrets: readonly Secret[],
  redactor: Redactor,
): Promise<RunningTarget> {
  const { clock = systemClock, signal, index, probe, onPhase = () => {}, runId } = options
  const note = (text: string) => (options.onNote ?? onPhase)(redactor.redact(text))
  const warn = (text: string) => (options.onWarning ?? options.onNote ?? onPhase)(redactor.redact(text))
  const log = new TargetLog(secrets, options.logFile, warn)
  using phases = new StartPhases({ log, clock, say: onPhase })
  phases.begin(spec.kind === 'url' ? 'finding the service' : 'starting')
  const start = options.launch ?? launch
  const launched = known(await start(spec, { clock, log, signal, runId, note, warn }), secrets, redactor)
  try {
    const { readyTimeoutMs, firstAnswerTimeoutMs } = spec
    const boot = await waitUntilGenerating(launched, {
      ...{ index, probe, clock, log, signal, phases, readyTimeoutMs, firstAnswerTimeoutMs },
    })
    return running(launched, boot, log)
  } catch (error) {
    await stop(launched)
    throw error
  }
}

/** What the service was given goes with its address, so that no answer of it is kept as it came. */
function known(launched: Launched, secrets: readonly Secret[], redactor: Redactor): Launched {
  const { url } = launched.description
  return {
    ...launched,
    address: { ...launched.address, knownSecrets: secrets },
    description: { ...launched.description, ...(url !== undefined && { url: redactor.redact(url) }) },
  }
}

function launch(spec: TargetSpec, context: LaunchContext): Promise<Launched> {
  switch (spec.kind) {
    case 'simulator':
      return launchSimulator(spec, context)
    case 'process':
      return launchProcess(spec, context)
    case 'url':
      return findUrl(spec, context)
    case 'container':
      return launchContainer(spec, context)
  }
}

function running(launched: Launched, boot: Boot, log: TargetLog): RunningTarget {
  return {
    address: launched.address,
    description: launched.description,
    boot,
    logTail: () => log.tail(),
    exit: () => (launched.state === 'started' ? launched.process.exit() : undefined),
    use: () => (launched.state === 'started' ? launched.process.use?.() : undefined),
    stop: () => stop(launched),
    [Symbol.asyncDispose]: () => stop(launched),
  }
}

async function stop(launched: Launched): Promise<void> {
  if (launched.state === 'started') await launched.process.stop()
}
