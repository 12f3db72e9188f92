import { expect, test } from 'vitest'
import { readyVersions, revisionOf } from './kubernetes-lists.ts'

type Given = { readonly tag: string; readonly ready?: boolean; readonly leaving?: boolean }
const pod = ({ tag, ready = true, leaving = false }: Given) => ({
  metadata: {
    name: `llm-${tag}`,
    labels: { 'pod-template-hash': `hash-of-${tag}` },
    ...(leaving && { deletionTimestamp: '2026-11-27T04:00:00Z' }),
  },
  spec: {
    containers: [
      { name: 'proxy', image: 'envoy:1' },
      { name: 'llm', image: `registry.example:5000/llm:${tag}` },
    ],
  },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})
const list = (...pods: readonly Given[]): string => JSON.stringify({ items: pods.map(pod) })
const of = { container: 'llm', image: 'registry.example:5000/llm:{}' }

test('while a rollout goes on, both versions answer', () => {
  expect(readyVersions(list({ tag: 'new' }, { tag: 'old' }, { tag: 'new' }), of)).toEqual(['new', 'old'])
  expect(readyVersions(list({ tag: 'new' }, { tag: 'old' }))).toEqual(['hash-of-new', 'hash-of-old'])
})

test('a pod that is not ready, or on its way out, gets no requests', () => {
  expect(readyVersions(list({ tag: 'new', ready: false }, { tag: 'old' }), of)).toEqual(['old'])
  expect(readyVersions(list({ tag: 'new' }, { tag: 'old', leaving: true }), of)).toEqual(['new'])
  expect(readyVersions(list({ tag: 'new', ready: false }), of)).toEqual([])
})

test('an image that the preset does not describe is named, not guessed at', () => {
  expect(() => readyVersions(list({ tag: 'new' }), { ...of, image: 'other/llm:{}' })).toThrow(
    'The pod llm-new runs registry.example:5000/llm:new, and `image` of the preset describes other/llm:{version}.',
  )
  expect(() => readyVersions(list({ tag: 'new' }), { ...of, container: 'vllm' })).toThrow('no container vllm')
})

test('what is no list of pods is named', () => {
  expect(() => readyVersions('{"items":[{}]}')).toThrow('another kind of list')
})

const set = (hash: string, revision: string, name = 'llm') => ({
  metadata: {
    labels: { 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ kind: 'Deployment', name }],
  },
})

test('a hash is looked up in the ReplicaSets of its Deployment alone', () => {
  const json = JSON.stringify({ items: [set('aaa', '3', 'canary'), set('aaa', '7'), set('bbb', '8')] })
  expect(revisionOf(json, { deployment: 'llm', hash: 'aaa' })).toBe('7')
  expect(revisionOf(json, { deployment: 'llm', hash: 'ccc' })).toBeUndefined()
})
