import { expect, test } from 'vitest'
import type { KeptRun } from '../history/index.ts'
import type { Fingerprint, TargetSpec } from '../records/index.ts'
import { armsOf } from './confirm-arms.ts'

const night = (runId: string, fingerprint?: Partial<Fingerprint>): KeptRun => ({
  ...{ runId, startedAt: '', command: 'bench', target: 'staging', verdict: 'PASS', state: 'complete' },
  ...{ hardware: 'GPU', starts: [] },
  ...(fingerprint && { fingerprint: { targetName: 'staging', ...fingerprint } as Fingerprint }),
})
const common = { dialect: 'openai', readyTimeoutMs: 1 }
const simulator: TargetSpec = { kind: 'simulator', ...common, profile: 'default', faults: [], seed: 1 }
const serve = (...flags: readonly string[]): TargetSpec => ({
  ...{ kind: 'process', ...common, command: ['vllm', 'serve', ...flags] },
})

test('each arm is the target as it is configured now, with what that night kept of it', () => {
  const [good, bad] = [
    night('a', { kind: 'process', flags: ['vllm', 'serve', '--revision', 'a'] }),
    night('b', { kind: 'process', flags: ['vllm', 'serve', '--revision', 'b'] }),
  ]
  expect(armsOf(serve('--revision', 'c'), good, bad)).toEqual({
    good: serve('--revision', 'a'),
    bad: serve('--revision', 'b'),
  })
})

test('of the simulator it is its times and its faults', () => {
  const bad = night('b', { kind: 'simulator', profile: 'default', faults: ['throughput-drop'] })
  expect(armsOf(simulator, night('a', { kind: 'simulator', profile: 'default', faults: [] }), bad)).toEqual({
    good: simulator,
    bad: { ...simulator, faults: ['throughput-drop'] },
  })
})

test.each<[string, TargetSpec, KeptRun, KeptRun, RegExp]>([
  [
    'equal',
    simulator,
    night('a', { faults: [] }),
    night('b', { faults: [] }),
    /nothing that the configuration/,
  ],
  ['of another kind', simulator, night('a', { kind: 'process' }), night('b', {}), /kind process/],
  ['without a fingerprint', simulator, night('a'), night('b', {}), /run a kept nothing/],
  ['found, not started', { kind: 'url', ...common }, night('a', {}), night('b', {}), /already runs/],
  [
    'with a secret in the command',
    serve('x'),
    night('a', { flags: ['vllm', 'serve', '--api-key', '[not shown]'] }),
    night('b', { flags: ['vllm', 'serve'] }),
    /a secret stands in the command of run a/,
  ],
])('two versions that are %s cannot be measured again', (_, now, good, bad, why) => {
  expect(armsOf(now, good, bad)).toEqual({ cannot: expect.stringMatching(why) })
})
