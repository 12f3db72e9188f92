import { expect, test } from 'vitest'
import { parseMetrics } from '../judges/index.ts'
import { expositionOf } from './exposition.ts'
import { serveMetrics } from './metrics-server.ts'
import { afterEvent, beginWatch } from './state.ts'
import { TERMS } from './testing/virtual-watch.ts'

const state = afterEvent(
  afterEvent(
    beginWatch({ ...TERMS, targetName: 'a "quoted"\\ one\nwith a second line' }, '2026-01-01T00:00:00Z'),
    { kind: 'logged', signature: 'cuda-error', line: 'CUDA error', atMs: 5 },
  ),
  {
    kind: 'answered',
    failure: { failure: 'connect', message: 'refused' },
    ...{ atMs: 5, isHurried: false, wasOverdue: false },
    promptTokens: 0,
    outputTokens: 0,
  },
)

test('what Prometheus reads has a type, a help and the names that its rules ask for, whatever a target is called', () => {
  const text = expositionOf(state, '1.2.3')
  const samples = parseMetrics(text)
  expect(samples.find(({ name }) => name === 'infergate_watch_failed_requests_total')?.value).toBe(1)
  expect(samples.find(({ name }) => name === 'infergate_watch_log_matches_total')).toMatchObject({
    labels: { signature: 'cuda-error' },
    value: 1,
  })
  const types = [...text.matchAll(/^# TYPE (\S+) (counter|gauge)$/gm)]
  for (const [, name = '', type] of types) {
    expect(name).toMatch(/^infergate_watch_[a-z0-9]+(?:_[a-z0-9]+)*$/)
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    expect(text).toContain(`# HELP ${name} `)
  }
  // Each line is a comment or a sample, each sample of a declared family, and the text ends with a line end.
  const lines = text.split('\n')
  expect(lines.at(-1)).toBe('')
  expect(samples.length).toBe(lines.filter((line) => line !== '' && !line.startsWith('#')).length)
  for (const { name } of samples) expect(types.map(([, known]) => known)).toContain(name)
  // A series stands once.
  const series = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \S+$/, ''))
  expect(new Set(series).size).toBe(series.length)
})

test('it is served on this machine alone, and only under /metrics', async () => {
  await using server = await serveMetrics(0, () => expositionOf(state, '1'))
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  const reply = await fetch(server.url)
  expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(parseMetrics(await reply.text()).length).toBeGreaterThan(8)
  expect((await fetch(server.url.replace('/metrics', '/'))).status).toBe(404)
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405)
  await expect(serveMetrics(Number(new URL(server.url).port), () => '')).rejects.toThrow(
    /--metrics-port another port/,
  )
})
