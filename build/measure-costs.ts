import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadBuiltInSuites, runCheck, Session } from '../src/checks/index.ts'
import { createClient, profileService } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import { metricSum, parseMetrics } from '../src/judges/index.ts'
import { startSimulator } from '../src/simulator/index.ts'

/**
 * Measures what each built-in check sends, on the simulator with the times of an A100, and writes fixtures/costs.json, from
 * which `gate --plan` makes its estimate: `node build/measure-costs.ts`, a few minutes. Checks may stop early or go on by
 * what they see, so a service of another speed costs more or less.
 */
const FILE = join(import.meta.dirname, '../fixtures/costs.json')

let requests = 0
subscribe('undici:request:create', () => {
  requests += 1
})

await using simulator = await startSimulator({ profile: 'a100' })
const address = { dialect: 'openai', baseUrl: simulator.url }
await using client = await createClient(address)
const profile = await profileService(client)
await using session = await Session.open({
  ...{ address, profile, seed: 1, checkDeadlineMs: 120_000, clock: systemClock },
  boots: [{ index: 0, origin: 'started', outcome: 'generating', attempts: [], firstGenerationMs: 4_000 }],
})

/** The counters as the service keeps them: what it read and what it wrote. */
async function tokens() {
  const reply = await client.call('metrics')
  const samples = parseMetrics(reply.outcome === 'completed' ? reply.text : '')
  const total = (name: string) => metricSum(samples, `vllm:${name}_tokens_total`) ?? 0
  return { prompt: total('prompt'), output: total('generation') }
}

const costs: object[] = []
for (const promise of await loadBuiltInSuites()) {
  const before = await tokens()
  requests = 0
  const { durationMs, outcome, reason } = await runCheck(promise, session)
  const sent = requests
  const after = await tokens()
  if (outcome === 'failed' || outcome === 'inconclusive')
    throw new Error(`${promise.entry.id} is ${outcome} (${reason}): measure on a quiet machine.`)
  costs.push({
    id: promise.entry.id,
    requests: sent,
    promptTokens: after.prompt - before.prompt,
    outputTokens: after.output - before.output,
    seconds: Math.round(durationMs / 100) / 10,
  })
}
writeFileSync(FILE, `[\n${costs.map((cost) => `  ${JSON.stringify(cost)}`).join(',\n')}\n]\n`)
