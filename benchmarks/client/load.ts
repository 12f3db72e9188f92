import { writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { rehearsedOnce } from '../../src/benchmark/rehearse.ts'
import { openLoadClient } from '../../src/client/load-client.ts'
import type { LoadAnswer } from '../../src/records/index.ts'
import { MODEL } from './peers.ts'

/** The client of a load alone, in a closed loop: what the command costs beside it is what the command's own figures say. */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    streams: { type: 'string', default: '1' },
    requests: { type: 'string', default: '1' },
    tokens: { type: 'string', default: '32' },
    out: { type: 'string', default: '' },
  },
})
const PROMPT = 'Say a word for each of the sixteen days that are left of this month.'

await rehearsedOnce(openLoadClient)
await using client = await openLoadClient({ dialect: 'openai', baseUrl: values.url, model: MODEL })
const prepared = client.prepare({
  ...{ prompt: PROMPT, mode: 'chat', stream: true, includeUsage: true },
  maxTokens: Number(values.tokens),
})
const answers: LoadAnswer[] = []
let left = Number(values.requests)
const before = performance.eventLoopUtilization()
await Promise.all(
  Array.from({ length: Number(values.streams) }, async () => {
    while (left-- > 0) answers.push(await client.send(prepared))
  }),
)
const { utilization } = performance.eventLoopUtilization(before)
const good = answers.filter(({ failure }) => failure === undefined)

/** Type 7, from one sort. */
function quantiles(values: readonly number[]) {
  const sorted = Float64Array.from(values).sort()
  const at = (p: number) => {
    const h = (sorted.length - 1) * p
    const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(h)], sorted[Math.ceil(h)]]
    return below + (h - Math.floor(h)) * (above - below)
  }
  return { p50: at(0.5), p99: at(0.99) }
}

const originNs = Number(process.hrtime.bigint()) - performance.now() * 1e6
const seen = good.map(({ sentAtMs, chunkAtMs }) => ({
  sentNs: Math.round(originNs + sentAtMs * 1e6),
  atNs: chunkAtMs.map((ms) => Math.round(originNs + (sentAtMs + ms) * 1e6)),
}))
const reported = {
  ...{ completed: good.length, failed: answers.length - good.length, loopUtilisation: utilization },
  ttftMs: quantiles(good.map(({ ttftMs = Number.NaN }) => ttftMs)),
  gapMs: quantiles(
    good.flatMap(({ chunkAtMs }) => chunkAtMs.slice(1).map((ms, at) => ms - (chunkAtMs[at] ?? 0))),
  ),
}
writeFileSync(values.out, JSON.stringify({ ...reported, answers: seen }))
