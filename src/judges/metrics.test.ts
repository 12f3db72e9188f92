import { expect, test } from 'vitest'
import { metricSum, parseMetrics } from './metrics.ts'

const TEXT = `# HELP vllm:num_requests_running Number of requests.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a \\"b\\""} 2.0
vllm:num_requests_running{engine="1",model_name="c"} 3 1700000000
vllm:e2e_bucket{le="+Inf"} +Inf
plain 1e3
not a sample line at all
`

test('samples are read with labels, exponents, infinities and time stamps', () => {
  expect(parseMetrics(TEXT)).toEqual([
    { name: 'vllm:num_requests_running', labels: { engine: '0', model_name: 'a "b"' }, value: 2 },
    { name: 'vllm:num_requests_running', labels: { engine: '1', model_name: 'c' }, value: 3 },
    { name: 'vllm:e2e_bucket', labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY },
    { name: 'plain', labels: {}, value: 1000 },
  ])
})

test('a name is summed over its series, and an absent one is absent, not 0', () => {
  expect(metricSum(parseMetrics(TEXT), 'vllm:num_requests_running')).toBe(5)
  expect(metricSum(parseMetrics(TEXT), 'vllm:gone')).toBeUndefined()
})
