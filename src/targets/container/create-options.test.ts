import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ContainerTarget } from '../../records/index.ts'
import { type ContainerPlan, createOptions, flagsOf } from './create-options.ts'
import { deviceRequests, type Gpus } from './gpu.ts'

const plan: ContainerPlan = {
  command: ['--port', '8000'],
  env: { MODE: 'a' },
  containerPort: 8_000,
  mounts: [],
  memoryBytes: 2 ** 30,
  shmBytes: 2 ** 29,
  pidsLimit: 64,
  labels: { 'infergate.run': 'x' },
}

test('a container is hardened by what it is asked to be, not by what it is not', () => {
  expect(createOptions(plan)).toEqual({
    Cmd: ['--port', '8000'],
    Env: ['MODE=a'],
    ExposedPorts: { '8000/tcp': {} },
    Labels: { 'infergate.run': 'x' },
    HostConfig: {
      PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      Mounts: [],
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: 2 ** 30,
      MemorySwap: 2 ** 30,
      PidsLimit: 64,
      ShmSize: 2 ** 29,
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '1' } },
    },
  })
})

test('what was configured beyond that is passed on', () => {
  const { HostConfig, ...rest } = createOptions({
    ...plan,
    ...{ entrypoint: ['serve'], user: '1000', ipc: 'host', capAdd: ['SYS_NICE'], port: 9_000, gpus: 2 },
  })
  expect(rest).toMatchObject({ Entrypoint: ['serve'], User: '1000' })
  expect(HostConfig).toMatchObject({
    CapDrop: ['ALL'],
    CapAdd: ['SYS_NICE'],
    IpcMode: 'host',
    PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '9000' }] },
    DeviceRequests: [{ Count: 2 }],
  })
})

const recorded: { requests: { flag: string; gpus: Gpus; DeviceRequests: object[] }[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/docker/cli-gpu-requests.json'), 'utf8'),
)

test.each(recorded.requests)('GPUs are asked for as `docker run $flag` does', ({ gpus, DeviceRequests }) => {
  const [asked] = deviceRequests(gpus)
  // What the engine takes for absent: its own command line writes it out.
  expect([{ Count: 0, DeviceIDs: null, Options: {}, ...asked }]).toEqual(DeviceRequests)
})

test('flags for reports hold every setting and no secret', () => {
  const spec: ContainerTarget = {
    ...{ kind: 'container', dialect: 'openai', image: 'x', command: [], readyTimeoutMs: 1 },
    ...{ containerPort: 8_000, shmBytes: 1, pidsLimit: 64, stopGraceMs: 1, timeToLiveMs: 1 },
    mounts: [{ source: '/weights', target: '/model', writable: false }],
    env: { MODE: 'a', SOME_API_KEY: 'sk-1', STORE: 'redis://me:sk-1@store/0' },
    secretEnv: [{ name: 'HF_TOKEN', source: { env: 'HF_TOKEN' } }],
    gpus: ['0'],
  }
  const flags = flagsOf(spec, { memoryBytes: 5 })
  expect(flags).toMatchObject({
    env: ['MODE=a', 'SOME_API_KEY=[not shown]', 'STORE=redis://me:[not shown]@store/0', 'HF_TOKEN=[secret]'],
    mounts: ['/weights:/model:ro'],
    gpus: ['0'],
    memoryBytes: 5,
  })
  expect(JSON.stringify(flags)).not.toContain('sk-1')
})
