import assert from 'node:assert/strict'
import type { Clock } from '../clock.ts'
import type { ProcessExit, TargetSpec } from '../records/index.ts'
import { freePort, type Launch, type PortLane } from '../run/index.ts'
import { isProfileName, type RunningSimulator, startSimulator } from '../simulator/index.ts'
import type { Subject } from './subject.ts'

const HOST = '127.0.0.1'
/** What the start of a process of its own takes before the simulator in it begins to load. */
const PROCESS_MS = 150

/**
 * Starts a subject's simulator in this process: hundreds of starts need no process of their own. The fault and the name of the model
 * are known here alone: nothing that judges can read them.
 */
export const launchInProcess =
  ({ fault, model }: Pick<Subject, 'fault' | 'model'>, ports?: PortLane): Launch<TargetSpec> =>
  async (spec, { clock }) => {
    assert(spec.kind === 'simulator', 'only a simulator starts in this process')
    const { dialect, profile, seed } = spec
    assert((dialect === 'openai' || dialect === 'ananke') && isProfileName(profile))
    const port = await freePort(ports)
    const startedAtMs = clock.monotonicMs()
    const starting = clock.sleep(PROCESS_MS).then(() =>
      startSimulator({
        ...{ dialect, profile, seed, port, host: HOST, clock },
        ...{ faults: fault === undefined ? [] : [fault], ...(model !== undefined && { model }) },
      }),
    )
    const url = `http://${HOST}:${port}`
    return {
      state: 'started',
      address: { dialect, baseUrl: url, ...(spec.model !== undefined && { model: spec.model }) },
      description: { kind: spec.kind, dialect, url, profile },
      process: { startedAtMs, ...lifeOf(starting, clock) },
    }
  }

/** The life of a process, told of a simulator that has none: it may end by itself, and is ended once. */
function lifeOf(starting: Promise<RunningSimulator>, clock: Clock) {
  const over = new AbortController()
  let [exit, isAsked]: [ProcessExit | undefined, boolean] = [undefined, false]
  const end = (code: number) => {
    if (isAsked || exit) return
    exit = { code, signal: null, atMs: clock.monotonicMs() }
    over.abort()
  }
  starting.then(
    ({ ended }) => ended.addEventListener('abort', () => end(0)),
    () => end(1),
  )
  return {
    exit: () => exit,
    ended: over.signal,
    async stop() {
      isAsked = true
      const simulator = await starting.catch(() => undefined)
      await simulator?.close()
    },
  }
}
