import { expect, test } from 'vitest'
import { recordedOptions } from '../../../testing/stand-ins/typed.ts'
import { kubectl } from './kubectl.ts'

const target = { name: 'production', url: 'https://llm.example' }
const shared = { kind: 'kubectl', deployment: 'llm', selector: 'app=llm' }
const ofImage = { ...shared, container: 'llm', image: 'registry.example/llm:{version}' }
const applied = { ...shared, manifests: ['k8s/'], namespace: 'ai', context: 'prod', rolloutSeconds: 90 }

const lines = (options: object) => {
  const { deploy, rollback } = kubectl(options, target)
  return {
    deploy: deploy.map(({ argv }) => argv.join(' ')),
    rollback: rollback.map(({ argv }) => argv.join(' ')),
  }
}

test('an image goes out, comes back by its name, and each rollout is waited for', () => {
  expect(lines(ofImage)).toEqual({
    deploy: [
      'kubectl set image deployment/llm llm=registry.example/llm:{version}',
      'kubectl rollout status deployment/llm --timeout=600s',
    ],
    rollback: [
      'kubectl set image deployment/llm llm=registry.example/llm:{previous}',
      'kubectl rollout status deployment/llm --timeout=600s',
    ],
  })
})

test('what is applied from files comes back by the pod-template-hash of its pods', () => {
  const { deploy, rollback } = lines(applied)
  expect(deploy).toEqual([
    'kubectl --context prod --namespace ai apply --filename k8s/',
    'kubectl --context prod --namespace ai rollout status deployment/llm --timeout=90s',
  ])
  expect(rollback[0]).toMatch(
    / undo --context prod --namespace ai --selector app=llm --deployment llm --to \{previous\}$/,
  )
})

test('a kustomization is applied as one', () => {
  expect(lines({ ...shared, kustomize: 'k8s/prod' }).deploy[0]).toBe('kubectl apply --kustomize k8s/prod')
})

test('the version is that of the pods that are ready, or what the service itself tells', () => {
  const argv = ['ready', '--selector', 'app=llm', '--container', 'llm', '--image', 'registry.example/llm:{}']
  expect(kubectl(ofImage, target).version).toMatchObject({ command: { argv: expect.arrayContaining(argv) } })
  const marker = { url: '/release', header: 'x-release' }
  expect(kubectl({ ...ofImage, marker }, target).version).toEqual({
    ...{ kind: 'http', url: '/release' },
    version: { header: 'x-release' },
  })
})

test.each([ofImage, applied, { ...shared, kustomize: 'k8s' }])(
  'the real command line has each flag of %o',
  (options) => {
    const { options: known } = recordedOptions('kubectl')
    const { deploy, rollback, logs } = kubectl(options, target)
    const typed = [...deploy, ...rollback, ...(logs ? [logs] : [])].filter(
      ({ argv }) => argv[0] === 'kubectl',
    )
    expect(typed.length).toBeGreaterThan(2)
    for (const { argv } of typed) {
      const command = Object.keys(known).find((name) => ` ${argv.join(' ')} `.includes(` ${name} `)) ?? ''
      const flags = argv.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0])
      expect([...(known[command] ?? []), ...(known['options'] ?? [])]).toEqual(expect.arrayContaining(flags))
    }
  },
)

test.each([
  [shared, 'say what to deploy by one of `image`, `manifests` and `kustomize`'],
  [{ ...ofImage, kustomize: 'k8s' }, 'say what to deploy by one of'],
  [{ ...ofImage, image: 'registry.example/llm:latest' }, '`image` needs one {version} in it'],
  [{ ...shared, image: 'x:{version}' }, '`image` and `container` belong together'],
  [{ ...applied, marker: { url: '/release', pointer: '/release' } }, '`marker` goes with `image`'],
  [{ ...ofImage, deployment: '--all' }, 'preset.deployment'],
])('%o is refused before anything is run', (options, why) => {
  expect(() => kubectl(options, target)).toThrow(why)
})
