import { expect, test } from 'vitest'
import { countersOver, levelsAt, readCounters } from './service-counters.ts'

/** vLLM's counters after so many requests, each with its first token after so many ms. */
const metrics = (ttftMs: readonly number[], { waiting = 0, running = 0, kv = 0 } = {}): string =>
  [
    '# TYPE vllm:num_requests_running gauge',
    `vllm:num_requests_running{engine="0",model_name="m"} ${running}`,
    `vllm:num_requests_waiting{engine="0",model_name="m"} ${waiting}`,
    `vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 99`,
    `vllm:kv_cache_usage_perc{engine="0"} ${kv}`,
    `vllm:prefix_cache_queries_total{engine="0"} ${100 * ttftMs.length}`,
    `vllm:prefix_cache_hits_total{engine="0"} ${25 * ttftMs.length}`,
    'python_gc_objects_collected_total{generation="0"} 7',
    ...[20, 40, 80].map(
      (le) =>
        `vllm:time_to_first_token_seconds_bucket{engine="0",le="${le / 1_000}"} ${ttftMs.filter((ms) => ms <= le).length}`,
    ),
    `vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf"} ${ttftMs.length}`,
    `vllm:time_to_first_token_seconds_sum{engine="0"} ${ttftMs.reduce((sum, ms) => sum + ms, 0) / 1_000}`,
    `vllm:time_to_first_token_seconds_count{engine="0"} ${ttftMs.length}`,
  ].join('\n')

test('levels have what they were before, and their mean and most during the load', () => {
  const readings = [
    readCounters(metrics([]), true),
    readCounters(metrics([], { waiting: 3, running: 8, kv: 0.5 }), false),
    readCounters(metrics([], { waiting: 1, running: 4, kv: 0.1 }), true),
  ]
  expect(countersOver(readings)).toMatchObject({
    readings: 3,
    waiting: { before: 0, mean: 2, most: 3 },
    running: { before: 0, mean: 6, most: 8 },
    kvUse: { before: 0, mean: 0.3, most: 0.5 },
  })
})

test('the levels of one reading stand alone, and one that is not there is absent, not 0', () => {
  const reading = readCounters(metrics([], { waiting: 3, running: 8, kv: 0.5 }), false)
  expect(levelsAt(reading)).toEqual({ waiting: 3, running: 8, kvUse: 0.5 })
  expect(levelsAt(readCounters('vllm:num_requests_running 2', false))).toEqual({ running: 2 })
})

test('histograms and counters are those of the load alone, the median a line within its bucket', () => {
  const [before, load] = [Array<number>(100).fill(5), [30, 30, 35, 35, 70, 70, 15, 15]]
  const readings = [metrics(before), metrics([...before, ...load])].map((text) => readCounters(text, true))
  expect(countersOver(readings)).toMatchObject({
    prefixHits: 0.25,
    ttft: { n: 8, meanMs: expect.closeTo(37.5, 6), p50: { ms: expect.closeTo(30, 6), fromMs: 20, toMs: 40 } },
  })
})

test('a median in the open bucket is not known, and a service that was started anew has no counts', () => {
  const slow = [metrics([]), metrics([900, 900])].map((text) => readCounters(text, true))
  expect(countersOver(slow)?.ttft).toEqual({ n: 2, meanMs: 900 })
  const anew = [metrics([10, 10]), metrics([10])].map((text) => readCounters(text, true))
  expect(countersOver(anew)).not.toHaveProperty('ttft')
  expect(countersOver(anew)).not.toHaveProperty('prefixHits')
})

test('counters of which none is known are none', () => {
  expect(countersOver([readCounters('up 1\n', true), readCounters('up 1\n', true)])).toBeUndefined()
  expect(countersOver([])).toBeUndefined()
})
