import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, hostname, release, version } from 'node:os'
import type { PlannedLoad } from '../benchmark/index.ts'
import type { Bench } from '../config/index.ts'
import type { Fingerprint, Policy, PromiseEntry, TargetSpec } from '../records/index.ts'
import { shownCommand } from '../secret-names.ts'
import { WARM_REQUEST } from './warm-request.ts'

export type FingerprintInput = {
  readonly targetName: string
  readonly spec: TargetSpec
  readonly policy: Policy
  readonly promises: readonly PromiseEntry[]
  readonly bench: Bench
  readonly load?: PlannedLoad | undefined
}

/** What this run will have been, as far as it is known before it begins. Secrets stand in a target by name, never by value. */
export function takeFingerprint(input: FingerprintInput): Fingerprint {
  const { targetName, spec, policy, promises, bench, load } = input
  const gpuModel = readGpuModel()
  const gpuDriver = readGpuDriver()
  return {
    targetName,
    ...ofTarget(spec),
    policyHash: hashOf(policy),
    promptSetHash: hashOf([WARM_REQUEST, promises]),
    warmRequest: `"${WARM_REQUEST.prompt}" for ${WARM_REQUEST.maxTokens} tokens at temperature ${WARM_REQUEST.temperature}`,
    warmup: bench.warmup,
    ...(load && ofLoad(load)),
    host: hostname(),
    kernel: `${release()} ${version()}`,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    ...(gpuModel !== undefined && { gpuModel }),
    ...(gpuDriver !== undefined && { gpuDriver }),
    ...(isElsewhere(spec) && { isElsewhere: true }),
  }
}

function ofTarget(spec: TargetSpec) {
  const flags = spec.kind === 'process' || spec.kind === 'container' ? spec.command : undefined
  const revision = flags && flagValue('--revision', flags)
  return {
    kind: spec.kind,
    dialect: spec.dialect,
    ...(spec.model !== undefined && { model: spec.model }),
    ...(revision !== undefined && { revision }),
    ...(spec.kind === 'container' && {
      image: spec.image,
      ...(spec.digest !== undefined && { digest: spec.digest }),
    }),
    ...(spec.kind === 'simulator' && { profile: spec.profile, faults: spec.faults }),
    ...(flags && { flags: shownCommand(flags) }),
    targetHash: hashOf(spec),
  }
}

/**
 * A load is the same one whatever seed it is drawn with, whoever sends it and whether its client is calibrated afterwards. A file
 * is what stands in it, wherever it lies.
 */
function ofLoad({ says, stated, workloads, levels, route, maxTokens, schedule }: PlannedLoad) {
  const { arrivals } = stated
  const asked = workloads.map(({ source, ...rest }) => ({ ...rest, source: contentOf(source) }))
  const coming = arrivals.shape === 'trace' ? { ...stated, arrivals: { ...arrivals, file: '' } } : stated
  return {
    load: says,
    loadHash: hashOf({ coming, asked, levels, route, maxTokens }),
    ...(schedule && { scheduleHash: `sha256:${schedule.sha256}` }),
  }
}

function contentOf(source: PlannedLoad['workloads'][number]['source']): unknown {
  if (source.kind === 'file') return hashOf(readFileSync(source.path, 'utf8'))
  return source.kind === 'trace' ? { ...source, place: '' } : source
}

/** A name that is no loopback address may be this machine as well; nobody can tell. */
function isElsewhere(spec: TargetSpec): boolean {
  if (spec.kind !== 'url') return false
  const urls = [spec.baseUrl, ...Object.values(spec.urls ?? {})].filter((url) => url !== undefined)
  return urls.some((url) => !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname))
}

/** `--name value` or `--name=value` of a command line. */
function flagValue(name: string, words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`))
  const word = words[at]
  return word === name ? words[at + 1] : word?.slice(name.length + 1)
}

/** Equal values give equal hashes, in whatever order their keys stand. */
const hashOf = (value: unknown): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex')}`

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const NVIDIA = '/proc/driver/nvidia'

/** NVIDIA's kernel module says its version here; other machines have no such file. */
function readGpuDriver(): string | undefined {
  try {
    return readFileSync(`${NVIDIA}/version`, 'utf8').split('\n', 1)[0]?.trim()
  } catch {
    return undefined
  }
}

/** `NVIDIA H100 80GB HBM3`, `2 × …` for several alike. */
function readGpuModel(): string | undefined {
  try {
    const models = readdirSync(`${NVIDIA}/gpus`).flatMap((gpu) => {
      const says = readFileSync(`${NVIDIA}/gpus/${gpu}/information`, 'utf8')
      return /^Model:\s*(.+)$/m.exec(says)?.[1]?.trim() ?? []
    })
    const counts = Map.groupBy(models.toSorted(), (model) => model)
    const words = [...counts].map(([model, same]) =>
      same.length === 1 ? model : `${same.length} × ${model}`,
    )
    return words.length > 0 ? words.join(', ') : undefined
  } catch {
    return undefined
  }
}
