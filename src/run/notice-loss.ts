import type { FailureKind, RunEvent } from '../records/index.ts'
import type { RunningService } from './running-service.ts'

/** How long a service that no longer listens may take to be gone: vLLM sweeps up after its engine. */
const GOING_MS = 10_000
const NOBODY_LISTENS: ReadonlySet<FailureKind> = new Set(['connect', 'reset'])

/** A service that ended by itself under test has broken a promise, whatever the checks before it said. */
export async function* noticeLoss(service: RunningService): AsyncGenerator<RunEvent, void> {
  await settleExit(service)
  const exit = service.target.exit()
  if (!exit) return
  const how = exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code}`
  const tail = service.target.logTail().slice(-5).join(' | ')
  const reason = `the service process ended by itself (${how}) during the run; its last lines: ${tail}`
  yield { kind: 'cut', atMs: service.clock.atMs(), cut: { kind: 'target-lost', reason } }
}

/** A service that was started and refuses connections is about to end; how it ends is worth a moment. */
async function settleExit({ plan, world, target, client }: RunningService): Promise<void> {
  if (plan.spec.kind === 'url' || !client.has('health')) return
  const { signal } = world
  const endMs = plan.clock.monotonicMs() + GOING_MS
  while (!target.exit() && plan.clock.monotonicMs() < endMs) {
    const health = await client.call('health', { timeoutMs: 2_000, signal })
    if (health.outcome === 'completed' || !NOBODY_LISTENS.has(health.failure)) return
    await plan.clock.sleep(100, signal)
  }
}
