import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { createClient, Traffic } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import { lookAt } from './look-at.ts'

test('a service that turns everything away is looked at for a quarter of a minute', async () => {
  await using server = await startOnLoopback((_, response) => response.writeHead(429).end())
  const target = { kind: 'url', dialect: 'openai', baseUrl: server.url, readyTimeoutMs: 1_000 } as const
  await using client = await createClient(target, { traffic: new Traffic(systemClock) })
  const boot = { index: 0, origin: 'found', outcome: 'not-generating', attempts: [] } as const
  const fromMs = systemClock.monotonicMs()
  await lookAt(client, { spec: target, clock: systemClock, boot })
  expect(systemClock.monotonicMs() - fromMs).toBeLessThan(25_000)
})
