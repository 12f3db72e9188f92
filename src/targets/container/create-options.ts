import type { ContainerTarget } from '../../records/index.ts'
import { shownCommand, shownValue } from '../../secret-names.ts'
import { HOST } from '../port.ts'
import type { Docker } from './engine.ts'
import { deviceRequests } from './gpu.ts'
import type { bindMounts } from './mounts.ts'

export type CreateOptions = Parameters<Docker['createContainer']>[0]

/** A spec with every placeholder filled in and every default known. */
export type ContainerPlan = Pick<
  ContainerTarget,
  'containerPort' | 'gpus' | 'shmBytes' | 'pidsLimit' | 'ipc' | 'user' | 'capAdd' | 'port'
> & {
  readonly entrypoint?: readonly string[] | undefined
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly mounts: ReturnType<typeof bindMounts>
  readonly memoryBytes: number
  readonly labels: Readonly<Record<string, string>>
}

/** What the container may be, in the words of the Engine API (ContainerCreate, version 1.41). */
export function createOptions(plan: ContainerPlan): CreateOptions {
  const { containerPort, entrypoint, command, env, user, labels } = plan
  return {
    ...(entrypoint && { Entrypoint: [...entrypoint] }),
    ...(command.length > 0 && { Cmd: [...command] }),
    ...(user !== undefined && { User: user }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ExposedPorts: { [`${containerPort}/tcp`]: {} },
    Labels: labels,
    HostConfig: hostConfig(plan),
  }
}

function hostConfig(plan: ContainerPlan): NonNullable<CreateOptions['HostConfig']> {
  const { containerPort, port, gpus, ipc, capAdd, mounts, memoryBytes, shmBytes, pidsLimit } = plan
  return {
    PortBindings: {
      [`${containerPort}/tcp`]: [{ HostIp: HOST, HostPort: port === undefined ? '' : String(port) }],
    },
    Mounts: mounts,
    Privileged: false,
    CapDrop: ['ALL'],
    ...(capAdd && { CapAdd: [...capAdd] }),
    SecurityOpt: ['no-new-privileges:true'],
    Memory: memoryBytes,
    // As much as Memory is none beside it: what swaps cannot be timed.
    MemorySwap: memoryBytes,
    PidsLimit: pidsLimit,
    ShmSize: shmBytes,
    ...(ipc !== undefined && { IpcMode: ipc }),
    ...(gpus !== undefined && { DeviceRequests: deviceRequests(gpus) }),
    // It must stay after its end, to be asked how it ended.
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    // infergate keeps the log itself: this one is for people who look by hand, and must not fill the engine's disk.
    LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '1' } },
  }
}

/** Everything that was said to the engine, for reports: what differs between two runs makes them two targets. */
export function flagsOf(
  spec: ContainerTarget,
  { memoryBytes }: Pick<ContainerPlan, 'memoryBytes'>,
): Readonly<Record<string, string | number | readonly string[]>> {
  const { entrypoint, env = {}, secretEnv = [], gpus, ipc, user, capAdd, mounts } = spec
  return {
    ...(entrypoint && { entrypoint: shownCommand(entrypoint) }),
    env: [
      ...Object.entries(env).map(([name, value]) => `${name}=${shownValue(name, value)}`),
      ...secretEnv.map(({ name }) => `${name}=[secret]`),
    ],
    containerPort: spec.containerPort,
    ...(gpus !== undefined && { gpus }),
    memoryBytes,
    shmBytes: spec.shmBytes,
    pidsLimit: spec.pidsLimit,
    ...(ipc !== undefined && { ipc }),
    ...(user !== undefined && { user }),
    capDrop: ['ALL'],
    ...(capAdd && { capAdd }),
    securityOpt: ['no-new-privileges:true'],
    mounts: mounts.map(({ source, target, writable }) => `${source}:${target}:${writable ? 'rw' : 'ro'}`),
  }
}
