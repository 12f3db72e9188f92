import { expect, test } from 'vitest'
import type { ServiceUse } from '../records/index.ts'
import { steadySamples } from '../verdict/testing/load-samples.ts'
import { renderServiceUse } from './service-use.ts'

const counters: NonNullable<ServiceUse['counters']> = {
  readings: 21,
  running: { before: 0, mean: 4.5, most: 9 },
  kvUse: { before: 0, mean: 0.125, most: 0.5 },
  prefixHits: 0.25,
  ttft: { n: 40, meanMs: 45, p50: { ms: 30, fromMs: 20, toMs: 40 } },
  e2e: { n: 40, meanMs: 360, p50: { ms: 150, fromMs: 0, toMs: 500 } },
}
const shown = (serviceUse: ServiceUse, n = 40) =>
  renderServiceUse({ serviceUse, samples: steadySamples(n) }).join('\n')

test("the server's times stand beside the client's with the difference, unless a bucket holds both", () => {
  const text = shown({ counters })
  expect(text).toContain('| requests running | 0 | 4.5 | 9 |')
  expect(text).toContain('| KV cache in use | 0 % | 12.5 % | 50 % |')
  expect(text).toContain('Over the load: prefix cache hits: 25 %.')
  expect(text).toContain('| ttft mean | 45 ms | 50 ms | 5 ms |')
  expect(text).toContain('| ttft p50 | 30 ms (bucket: 20 to 40 ms) | 50 ms | 20 ms |')
  expect(text).toContain('| e2e p50 | 150 ms (bucket: 0 to 500 ms) | 362 ms | within the bucket |')
})

test('a server that timed other requests than these says so', () => {
  expect(shown({ counters })).not.toContain('The server timed')
  expect(shown({ counters }, 30)).toContain(
    'The server timed 40 requests, this load sent 30: others used it meanwhile',
  )
})

test('counters that were not read have a reason, and a target that was started its memory and CPU', () => {
  const rssBytes = { before: 2 ** 27, mean: 2 ** 28, most: 2 ** 29 }
  const target = { rssBytes, cpuMs: 5_000, overMs: 20_000, processes: 3 }
  const text = shown({ noCounters: 'the service has none', target })
  expect(text).toContain('Its counters were not read: the service has none.')
  expect(text).toContain('| 3 | 128 MiB | 256 MiB | 512 MiB | 5.0 s | 0.25 |')
  expect(renderServiceUse({ samples: [] })).toEqual([])
})
