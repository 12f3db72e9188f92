import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../records/index.ts'
import { startLossyProxy } from '../run/testing/proxy.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { judge } from './judge.ts'
import { recordedIo } from './testing/recorded-io.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** A service behind a proxy whose routes can be lost and found between runs that share a history. */
async function rememberingService() {
  const lost: Record<string, number> = {}
  const proxy = await startLossyProxy(simulator.url, lost)
  const io = recordedIo()
  const run = async (how: { name?: string; url?: string; expects?: object } = {}): Promise<Verdict> => {
    const { name = 'mine', url, expects } = how
    const targets = { [name]: { kind: 'url', url: proxy.url, expects } }
    writeFileSync(join(io.cwd, 'infergate.config.json'), JSON.stringify({ targets }))
    const flags = url === undefined ? { target: name } : { url }
    await judge('check', { ...flags, suites: ['health'] }, io)
    return JSON.parse(readFileSync(join(io.cwd, 'reports/latest/verdict.json'), 'utf8'))
  }
  return { lost, run, url: proxy.url, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

test('what the last accepted run had and is missing now is one finding, which names that run', async () => {
  await using service = await rememberingService()
  const before = await service.run()
  expect(before.verdict).toBe('PASS')
  service.lost['/metrics'] = 404
  const { verdict, reasons } = await service.run()
  expect([verdict, reasons.length]).toEqual(['FAIL', 1])
  expect(reasons[0]).toContain(`missing since the last accepted run, ${before.runId}`)
  expect(reasons[0]).toContain('metrics (GET /metrics is HTTP 404)')
  // A run that failed is not the last accepted one.
  expect((await service.run()).verdict).toBe('FAIL')
})

test('a route that is lost is named once, with the run that had it', async () => {
  await using service = await rememberingService()
  const { runId } = await service.run()
  service.lost['/v1/chat/completions'] = 404
  const chat = await service.run()
  expect([chat.verdict, chat.reasons.length]).toEqual(['FAIL', 1])
  expect(chat.reasons[0]).toContain('POST /v1/chat/completions is HTTP 404')
  delete service.lost['/v1/chat/completions']
  service.lost['/v1/completions'] = 404
  const completions = await service.run()
  expect([completions.verdict, completions.reasons.length]).toEqual(['FAIL', 1])
  expect(completions.reasons[0]).toContain('the completions route (POST /v1/completions is HTTP 404)')
  expect(completions.reasons[0]).toContain(runId)
})

test('what the target expects replaces what is remembered, and is remembered itself', async () => {
  await using service = await rememberingService()
  expect((await service.run()).verdict).toBe('PASS')
  service.lost['/metrics'] = 404
  expect((await service.run({ expects: { capabilities: ['stream'] } })).verdict).toBe('PASS')
  expect((await service.run()).verdict).toBe('PASS')
})

test('another target, by name or by URL, remembers nothing of this one', async () => {
  await using service = await rememberingService()
  expect((await service.run()).verdict).toBe('PASS')
  expect((await service.run({ url: simulator.url })).verdict).toBe('PASS')
  service.lost['/metrics'] = 404
  expect((await service.run({ name: 'other' })).verdict).toBe('PASS')
  expect((await service.run({ url: service.url })).verdict).toBe('PASS')
  expect((await service.run({ url: simulator.url })).verdict).toBe('PASS')
  expect((await service.run()).verdict).toBe('FAIL')
})
