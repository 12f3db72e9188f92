import { basename, extname, isAbsolute, resolve } from 'node:path'
import type { ScaleToZero, SecretHeader, TargetSpec, TlsFiles } from '../records/index.ts'
import { requireReferences } from '../references.ts'
import type { ConfigInput } from './resolved.ts'
import type { TargetConfig } from './target-schema.ts'

/** Seconds until health says yes, where the target does not say. A large model is read from a slow disk. */
const READY_SECONDS = { simulator: 30, process: 300, url: 60, container: 900 } as const
/** Until a service that slept has answered. */
const WAKE_SECONDS = 600
/** The simulator's own seed: fixed, so that a run without a seed still meets the same service each time. */
const SIMULATOR_SEED = 1

/** A target in the units and absolute paths that the target stage works with. */
export function toTargetSpec(
  config: TargetConfig,
  { folder, seed = SIMULATOR_SEED }: { readonly folder: string; readonly seed: number | undefined },
): TargetSpec {
  const common = commonOf(config, folder)
  switch (config.kind) {
    case 'simulator':
      return {
        kind: 'simulator',
        ...common,
        profile: config.profile ?? 'default',
        faults: config.faults ?? [],
        seed: config.seed ?? seed,
      }
    case 'process':
      return {
        kind: 'process',
        ...common,
        command: config.command,
        cwd: pathFrom(folder, config.cwd ?? '.'),
        ...(config.env && { env: config.env }),
        ...(config.port !== undefined && { port: config.port }),
      }
    case 'container':
      return { kind: 'container', ...common, ...containerOf(config, folder) }
    case 'url':
      return {
        kind: 'url',
        ...common,
        ...(config.url !== undefined && { baseUrl: baseOf(config.url) }),
        ...(config.scaleToZero && { scaleToZero: sleepOf(config.scaleToZero, config.price) }),
      }
  }
}

function commonOf(config: TargetConfig, folder: string) {
  const { dialectModule, model, urls, headers, firstAnswerTimeoutSeconds } = config
  const { maxConcurrency, requestsPerMinute, shared, expects, tls } = config
  // Nobody knows whether it sleeps when it is found.
  const sleeps = config.kind === 'url' ? config.scaleToZero : undefined
  const wakes = sleeps && (sleeps.wakeSeconds ?? WAKE_SECONDS)
  const firstAnswer = firstAnswerTimeoutSeconds ?? wakes
  const named = dialectModule === undefined ? 'openai' : basename(dialectModule, extname(dialectModule))
  return {
    dialect: config.dialect ?? named,
    ...(dialectModule !== undefined && { dialectModule: resolve(folder, dialectModule) }),
    ...(model !== undefined && { model }),
    ...(urls && { urls: given(urls) }),
    ...(tls && { tls: absolute(tls, folder) }),
    ...(headers && { secretHeaders: Object.entries(headers).map((entry) => toSecretHeader(entry, folder)) }),
    readyTimeoutMs: (config.readyTimeoutSeconds ?? wakes ?? READY_SECONDS[config.kind]) * 1_000,
    ...(firstAnswer !== undefined && { firstAnswerTimeoutMs: firstAnswer * 1_000 }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(shared && { shared }),
    ...(expects && { expects: given(expects) }),
  }
}

function sleepOf(
  { windowSeconds, marginSeconds, wakeSeconds, edge = 'holds', freshRandomState }: SleepConfig,
  price: PriceConfig,
): ScaleToZero {
  return {
    windowMs: windowSeconds * 1_000,
    marginMs: (marginSeconds ?? Math.max(1, windowSeconds / 10)) * 1_000,
    wakeMs: (wakeSeconds ?? WAKE_SECONDS) * 1_000,
    edge,
    ...(freshRandomState && { freshRandomState }),
    ...(price && { price: { ...price, gpus: price.gpus ?? 1, replicas: price.replicas ?? 1 } }),
  }
}

const absolute = (files: NonNullable<TargetConfig['tls']>, folder: string): TlsFiles =>
  Object.fromEntries(
    Object.entries(given(files)).map(([name, file]) => [name, resolve(folder, String(file))]),
  )

type UrlConfig = Extract<TargetConfig, { kind: 'url' }>
type SleepConfig = NonNullable<UrlConfig['scaleToZero']>
type PriceConfig = UrlConfig['price']

type Header = NonNullable<TargetConfig['headers']>[string]

function toSecretHeader([name, header]: [string, Header], folder: string): SecretHeader {
  const source = 'env' in header ? { env: header.env } : { file: resolve(folder, header.file) }
  return { name, source, ...(header.prefix !== undefined && { prefix: header.prefix }) }
}

type ContainerConfig = Extract<TargetConfig, { kind: 'container' }>

/** vLLM's API server, its engine and a tensor-parallel group share memory here; Docker's own 64 MiB are too few. */
const SHM_BYTES = 2 ** 30
/** vLLM on the CPU was seen with 300 threads; a fork bomb has more. */
const PIDS_LIMIT = 4_096
const STOP_GRACE_SECONDS = 2
const TIME_TO_LIVE_SECONDS = 86_400

function containerOf(config: ContainerConfig, folder: string) {
  const { image, digest, command, entrypoint, env, secretEnv, containerPort, port, mounts } = config
  const { gpus, memory, shmSize, ipc, pidsLimit, user, capAdd, needs } = config
  return {
    ...given({ digest, entrypoint, env, port, gpus, ipc, user, capAdd }),
    image,
    command: command ?? [],
    containerPort: containerPort ?? 8_000,
    mounts: (mounts ?? []).map(({ source, target, writable = false }) => ({
      source: pathFrom(folder, source),
      target,
      writable,
    })),
    ...(secretEnv && {
      secretEnv: Object.entries(secretEnv).map(([name, source]) => ({
        name,
        source: 'env' in source ? source : { file: resolve(folder, source.file) },
      })),
    }),
    ...(memory !== undefined && { memoryBytes: toBytes(memory) }),
    shmBytes: shmSize === undefined ? SHM_BYTES : toBytes(shmSize),
    pidsLimit: pidsLimit ?? PIDS_LIMIT,
    stopGraceMs: (config.stopGraceSeconds ?? STOP_GRACE_SECONDS) * 1_000,
    timeToLiveMs: (config.timeToLiveSeconds ?? TIME_TO_LIVE_SECONDS) * 1_000,
    ...(needs && { needs: given(needs) }),
  }
}

function toBytes(size: number | string): number {
  if (typeof size === 'number') return size
  const power =
    'kmgt'.indexOf(
      size
        .replaceAll(/[^a-z]/gi, '')
        .charAt(0)
        .toLowerCase(),
    ) + 1
  return Math.round(Number.parseFloat(size) * 1024 ** power)
}

/** Clients of OpenAI are given a base that ends in /v1; the dialects' own paths begin with it. */
const baseOf = (url: string): string => url.replace(/\/+$/, '').replace(/\/v1$/, '')

/** A path that begins with a variable is known only when the target starts. */
const pathFrom = (folder: string, path: string): string =>
  /^\{(?:env|plain):/.test(path) || isAbsolute(path) ? path : resolve(folder, path)

function given<T extends object>(record: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>
  }
}

/** Refuses a target with a reference to a variable that cannot be used; only the chosen one must have them. */
export function requireVariables(config: TargetConfig, env: ConfigInput['env'], name: string): void {
  const texts: readonly (string | undefined)[] = [
    ...Object.values(config.urls ?? {}),
    ...(config.kind === 'url' ? [config.url] : []),
    ...(config.kind === 'process' ? [config.cwd] : []),
    ...(config.kind === 'container'
      ? [...(config.entrypoint ?? []), ...(config.mounts ?? []).map(({ source }) => source)]
      : []),
    ...(config.kind === 'process' || config.kind === 'container'
      ? [...(config.command ?? []), ...Object.values(config.env ?? {})]
      : []),
  ]
  requireReferences(
    texts.filter((text) => text !== undefined),
    env,
    `The target "${name}"`,
  )
}
