import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict, Waiver } from '../records/index.ts'
import { startLossyProxy } from '../run/testing/proxy.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { judge } from './judge.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { runWaive } from './waive.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** A service that has lost its list of models and its chat, judged with the waivers of two places. */
async function serviceWithDefect() {
  const lost: Record<string, number> = { '/v1/models': 500, '/v1/chat/completions': 500 }
  const proxy = await startLossyProxy(simulator.url, lost)
  const io = recordedIo()
  const run = async (waive: readonly object[] = [], beside?: readonly object[]): Promise<Verdict> => {
    const config = { targets: { mine: { kind: 'url', url: proxy.url } }, policy: { waive } }
    writeFileSync(join(io.cwd, 'infergate.config.json'), JSON.stringify(config))
    if (beside) writeFileSync(join(io.cwd, 'infergate.waivers.json'), JSON.stringify(beside))
    await judge('check', { target: 'mine', suites: ['health', 'generation'] }, io)
    return JSON.parse(readFileSync(join(io.cwd, 'reports/latest/verdict.json'), 'utf8'))
  }
  return { lost, run, io, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

const waiverOf = (id: string, changes: Partial<Waiver> = {}): Waiver => ({
  ...{ id, reason: 'the old balancer hides /v1/models', until: '2999-12-31' },
  ...changes,
})
const failedOf = ({ checks }: Verdict): readonly string[] =>
  checks.filter(({ outcome, required }) => outcome === 'failed' && required).map(({ id }) => id)

test('a known failure that is waived leaves a PASS, which says how many and why; another one still fails', async () => {
  await using service = await serviceWithDefect()
  const bare = await service.run()
  const [first = '', ...others] = failedOf(bare)
  expect(bare.verdict).toBe('FAIL')
  expect(others.length).toBeGreaterThan(0)
  // One from the configuration, the others from the file beside it.
  const waived = await service.run(
    [waiverOf(first)],
    others.map((id) => waiverOf(id)),
  )
  expect(waived.verdict).toBe('PASS')
  expect(waived.reasons[0]).toContain(`${others.length + 1} failures are waived: ${first} (the old balancer`)
  expect(waived.reasons.join()).toContain(`${others.length + 1} failed and waived`)
  const known = waived.checks.find(({ id }) => id === first)
  expect(known).toMatchObject({
    outcome: 'failed',
    waived: expect.stringContaining('waived until 2999-12-31: the old'),
  })
  const junit = readFileSync(join(service.io.cwd, 'reports/latest/junit.xml'), 'utf8')
  expect(junit).toContain('failures="0"')
  expect(junit).toContain('<skipped type="not-applicable" message="waived until 2999-12-31: the old balancer')
  expect(waived.waivers?.map(({ state }) => state)).toEqual(waived.waivers?.map(() => 'used'))
  const one = await service.run([waiverOf(first)], [])
  expect(one.verdict).toBe('FAIL')
  expect(one.reasons.at(-1)).toContain('1 failure is waived')
})

test('a waiver that has ended waives nothing, and the finding says so', async () => {
  await using service = await serviceWithDefect()
  const ids = failedOf(await service.run())
  const { verdict, reasons, waivers } = await service.run(
    ids.map((id) => waiverOf(id, { until: '2020-02-29' })),
  )
  expect(verdict).toBe('FAIL')
  expect(reasons[0]).toMatch(/its waiver ended on 2020-02-29/)
  expect(waivers?.[0]?.state).toBe('expired')
})

test('a waiver that is no longer needed is said, in a PASS too', async () => {
  await using service = await serviceWithDefect()
  const [id = ''] = failedOf(await service.run())
  for (const path of Object.keys(service.lost)) delete service.lost[path]
  const { verdict, reasons, waivers } = await service.run([waiverOf(id)])
  expect(verdict).toBe('PASS')
  expect(reasons[0]).toBe(`1 waiver is no longer needed, remove it: ${id} passed.`)
  expect(waivers).toEqual([{ ...waiverOf(id), state: 'unneeded' }])
})

test('`waive` writes what failed, to be accepted with a reason: without one no run begins, with one it passes', async () => {
  await using service = await serviceWithDefect()
  const { io } = service
  const before = await service.run()
  expect(await runWaive('latest', {}, io)).toBe(0)
  const file = join(io.cwd, 'infergate.waivers.json')
  const written: Waiver[] = JSON.parse(readFileSync(file, 'utf8'))
  // A check of which some cases failed has a waiver for each of those.
  expect([...new Set(written.map(({ id }) => id))]).toEqual(failedOf(before))
  expect(written[0]).toMatchObject({ reason: '', evidence: before.runId })
  const [first] = written
  await expect(service.run()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(`${file}: the waiver of ${first?.id}: the reason is empty`),
  })
  const filledIn = written.map((one) => ({ ...one, reason: 'known' }))
  expect((await service.run([], filledIn)).verdict).toBe('PASS')
  // What is waived already is not written again.
  await runWaive('latest', {}, io)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(filledIn)
  expect(io.err()).toContain('has no failed promise or limit to waive')
})

test.each([
  ['of a promise that does not exist', { id: 'health.anwsers' }, /"health\.anwsers", which does not exist/],
  [
    'without a reason',
    { reason: ' ' },
    /infergate\.waivers\.json: the waiver of health\.x: the reason is empty/,
  ],
  ['without a day', { until: 'soon' }, /the waiver of health\.x: the last day of a waiver is a date/],
  ['with a key that is none', { reson: 'x' }, /unknown key "reson": did you mean "reason"\?/],
] as const)('a waiver %s is refused before anything is sent', async (_, changes, message) => {
  await using service = await serviceWithDefect()
  await expect(service.run([], [{ ...waiverOf('health.x'), ...changes }])).rejects.toMatchObject({
    code: 'config-invalid',
    exitCode: 2,
    message: expect.stringMatching(message),
  })
  expect(service.io.err()).toBe('')
})
