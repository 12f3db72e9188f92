import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict, Waiver } from '../records/index.ts'
import { startProxy } from '../run/testing/proxy.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { judge } from './judge.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { runWaive } from './waive.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const ID = 'own.parameters'
/** Three parameters that a service has to refuse, each a case. */
const OWN = `import { promise } from 'infergate'
promise('own.parameters', {
  says: 'a parameter outside its range is refused',
  async check({ service, verify, inCase }) {
    for (const [name, value] of [['temperature', -1], ['top_p', 1.5], ['n', 0]])
      await inCase(name, async () => {
        const answer = await service.generate({ prompt: 'x', maxTokens: 2, wire: { [name]: value } })
        verify(answer.outcome === 'failed', 'accepted', answer)
      })
  },
})
`

/** A service behind a proxy that answers requests with some parameters as if nothing were wrong with them. */
async function laxService() {
  const accepted = new Set<string>()
  const completion = { choices: [{ text: 'hello', finish_reason: 'stop' }], usage: { completion_tokens: 2 } }
  const proxy = await startProxy(simulator.url, (request, response, body) => {
    const isBad = [...accepted].some((part) => body.includes(part))
    if (request.url !== '/v1/completions' || !isBad) return false
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion))
    return true
  })
  const io = recordedIo()
  writeFileSync(join(io.cwd, 'own.suite.mjs'), OWN)
  const config = { targets: { mine: { kind: 'url', url: proxy.url } }, suites: ['own.suite.mjs'] }
  writeFileSync(join(io.cwd, 'infergate.config.json'), JSON.stringify(config))
  const run = async (): Promise<Verdict> => {
    await judge('check', { target: 'mine', suites: ['own', 'health'] }, io)
    return JSON.parse(readFileSync(join(io.cwd, 'reports/latest/verdict.json'), 'utf8'))
  }
  return { accepted, run, io, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

test('worse than what is waived fails, and what is better is said: each case by itself', async () => {
  await using service = await laxService()
  const { accepted, io, run } = service
  expect((await run()).checks.find(({ id }) => id === ID)?.cases).toEqual(
    ['temperature', 'top_p', 'n'].map((name) => ({ name, outcome: 'passed' })),
  )
  accepted.add('"temperature":-1').add('"n":0')
  const before = await run()
  expect(before.reasons).toEqual([`${ID} failed: 2 of 3 cases failed: temperature: accepted; n: accepted`])

  await runWaive('latest', {}, io)
  const file = join(io.cwd, 'infergate.waivers.json')
  const written: Waiver[] = JSON.parse(readFileSync(file, 'utf8'))
  expect(written.map((one) => one.case)).toEqual(['temperature', 'n'])
  writeFileSync(file, JSON.stringify(written.map((one) => ({ ...one, reason: 'known' }))))
  const waived = await run()
  expect(waived.reasons[0]).toContain(`2 failures are waived: ${ID} [temperature] (known`)
  expect(waived.verdict).toBe('PASS')

  accepted.add('"top_p":1.5')
  const worse = await run()
  expect([worse.verdict, worse.reasons[0]]).toEqual(['FAIL', `${ID} failed: top_p: accepted`])

  accepted.clear()
  const better = await run()
  expect(better.verdict).toBe('PASS')
  expect(better.reasons[0]).toContain(
    `2 waivers are no longer needed, remove them: ${ID} [temperature], ${ID} [n] passed`,
  )
})
