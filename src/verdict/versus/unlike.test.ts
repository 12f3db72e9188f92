import { expect, test } from 'vitest'
import type { Fingerprint } from '../../records/index.ts'
import { describeDifference, differencesOf, UNLIKE_FIELDS } from './unlike.ts'

const FINGERPRINT: Fingerprint = {
  ...{ targetName: 'staging', kind: 'container', dialect: 'openai', model: 'llama-8b' },
  ...{ image: 'vllm:0.31', flags: ['serve'], targetHash: 'sha256:aa', policyHash: 'sha256:bb' },
  ...{ promptSetHash: 'sha256:cc', warmRequest: '"Hi" for 16 tokens', warmup: 3 },
  ...{ host: 'a', kernel: '6.1', cpuModel: 'EPYC', cores: 16, gpuModel: 'H100' },
}
const origin = (changed: Partial<Fingerprint> = {}, toolVersion = '0.1.0') => ({
  fingerprint: { ...FINGERPRINT, ...changed },
  toolVersion,
})
const found = (changed: Partial<Fingerprint>, before: Partial<Fingerprint> = {}) =>
  differencesOf(origin(before), origin(changed)).map((one) => [one.field, one.isUnlike])

test('two runs of one configuration on one machine differ in nothing', () => {
  expect(differencesOf(origin(), origin())).toEqual([])
})

test('what a deploy changes is named and never makes two runs unlike', () => {
  expect(found({ image: 'vllm:0.32', digest: 'sha256:dd', revision: 'v2', flags: ['serve', '-O3'] })).toEqual(
    [
      ['revision', false],
      ['image', false],
      ['digest', false],
      ['flags', false],
    ],
  )
  expect(found({ faults: ['usage-zero'] })).toEqual([['faults', false]])
})

test('what may explain a change is named', () => {
  expect(found({ host: 'b', kernel: '6.2', gpuDriver: '570', policyHash: 'sha256:b2' })).toEqual(
    ['policy', 'host', 'kernel', 'gpuDriver'].map((field) => [field, false]),
  )
  const [version] = differencesOf(origin(), origin({}, '0.2.0'))
  expect(version && describeDifference(version)).toBe('toolVersion: 0.1.0 → 0.2.0')
})

test.each<[string, Partial<Fingerprint>]>([
  ['targetName', { targetName: 'prod' }],
  ['dialect', { dialect: 'ananke' }],
  ['model', { model: 'llama-70b' }],
  ['warmRequest', { warmRequest: '"Hi" for 64 tokens' }],
  ['warmup', { warmup: 0 }],
  ['load', { load: '20 requests/s', loadHash: 'sha256:ee' }],
  ['hardware', { gpuModel: 'A100' }],
  ['profile', { profile: 'a100' }],
])('another %s makes two runs unlike', (field, changed) => {
  expect(found(changed)).toEqual([[field, true]])
  expect(UNLIKE_FIELDS).toContain(field)
})

test('where there is no GPU, the processor and its cores are the hardware', () => {
  const [cpu] = [{ gpuModel: undefined } as unknown as Partial<Fingerprint>]
  expect(found({ ...cpu, cores: 8 }, cpu)).toEqual([['hardware', true]])
})

test('a service on another machine has a hardware of its own that nobody knows', () => {
  expect(found({ gpuModel: 'A100', isElsewhere: true }, { isElsewhere: true })).toEqual([])
})

test('a run that kept neither its request nor its warm-up is unlike one that did', () => {
  const { warmRequest: _, warmup: __, ...old } = FINGERPRINT
  const differences = differencesOf({ fingerprint: old, toolVersion: '0.1.0' }, origin())
  expect(differences.map(describeDifference)).toEqual([
    'warmRequest: none on record → "Hi" for 16 tokens',
    'warmup: none on record → 3',
  ])
})

test('a model that is known of one run alone makes no difference before it answers', () => {
  const { model: _, ...unnamed } = FINGERPRINT
  expect(differencesOf(origin(), { fingerprint: unnamed, toolVersion: '0.1.0' })).toEqual([])
})

test('a target that differs in a field without a name is said to differ', () => {
  expect(found({ targetHash: 'sha256:a2' })).toEqual([['target', false]])
})
