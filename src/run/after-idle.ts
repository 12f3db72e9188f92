import { sampleOf } from '../benchmark/index.ts'
import { createRandom } from '../random.ts'
import type { RunEvent } from '../records/index.ts'
import type { RunningService } from './running-service.ts'
import { WARM_REQUEST } from './warm-request.ts'

/**
 * The first answer after a time without a request: what a service that scales to zero, or that puts its model away, gives the user
 * who comes then. Whether it did so is not known: the wait is trusted. It may take as long as a start may.
 */
export async function* afterIdle(service: RunningService, idleMs: number): AsyncGenerator<RunEvent, void> {
  const { plan, world, clock, client, target, profile } = service
  const { signal } = world
  world.progress.phase(`first answer after ${idleMs / 1_000} s without a request`, 1)
  await plan.clock.sleep(idleMs, signal).catch(() => {})
  signal.throwIfAborted()
  const stream = profile.capabilities.includes('stream')
  const marker = createRandom(`${plan.start.seed}/after-idle`).marker(8)
  const answer = await client.generate(
    {
      ...{ ...WARM_REQUEST, prompt: `[${marker}] ${WARM_REQUEST.prompt}` },
      ...(stream && { stream, includeUsage: true }),
    },
    { signal, timeoutMs: plan.spec.readyTimeoutMs },
  )
  signal.throwIfAborted()
  const origin = { scenario: 'after-idle', warmth: 'cold', boot: target.boot.index, index: 0 } as const
  yield { kind: 'sampled', sample: { ...sampleOf(answer, { ...origin, runStartMs: clock.startMs }), idleMs } }
  world.progress.step()
}
