import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { EvidenceScope, Verdict } from '../records/index.ts'
import { startSimulator } from '../simulator/index.ts'
import { judge } from './judge.ts'
import { recordedIo } from './testing/recorded-io.ts'

const schema = join(import.meta.dirname, '../../fixtures/schemas/verdict.schema.json')

async function judged(url: string, evidence?: EvidenceScope): Promise<Verdict> {
  const io = recordedIo()
  await judge('check', { url, suites: ['health'], ...(evidence && { evidence }) }, io)
  return JSON.parse(readFileSync(join(io.cwd, 'reports/latest/verdict.json'), 'utf8'))
}

test('what passed keeps its exchanges where a user wants them, each with a curl, and only there', async () => {
  await using simulator = await startSimulator({ profile: 'instant' })
  const kept = (await judged(simulator.url)).checks.filter(({ evidence }) => evidence)
  expect(kept).toEqual([])
  const all = await judged(simulator.url, 'all')
  const passed = all.checks.filter(({ outcome }) => outcome === 'passed')
  expect(passed.length).toBeGreaterThan(2)
  for (const { id, evidence = [] } of passed) expect(evidence[0]?.curl, id).toContain(simulator.url)
  expect(new Ajv2020().compile(JSON.parse(readFileSync(schema, 'utf8')))(all)).toBe(true)
})
