import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cpus, hostname, release, version } from 'node:os'
import type { Fingerprint, Policy, PromiseEntry, TargetSpec } from '../records/index.ts'
import { shownCommand } from '../secret-names.ts'
import { WARM_REQUEST } from './warm-request.ts'

export type FingerprintInput = {
  readonly targetName: string
  readonly spec: TargetSpec
  readonly policy: Policy
  readonly promises: readonly PromiseEntry[]
}

/** What this run will have been, as far as it is known before it begins. Secrets stand in a target by name, never by value. */
export function takeFingerprint({ targetName, spec, policy, promises }: FingerprintInput): Fingerprint {
  const flags = spec.kind === 'process' || spec.kind === 'container' ? spec.command : undefined
  const revision = flags && flagValue('--revision', flags)
  const gpuDriver = readGpuDriver()
  return {
    targetName,
    ...(spec.model !== undefined && { model: spec.model }),
    ...(revision !== undefined && { revision }),
    ...(spec.kind === 'container' && {
      image: spec.image,
      ...(spec.digest !== undefined && { digest: spec.digest }),
    }),
    ...(flags && { flags: shownCommand(flags) }),
    targetHash: hashOf(spec),
    policyHash: hashOf(policy),
    promptSetHash: hashOf([WARM_REQUEST, promises]),
    host: hostname(),
    kernel: `${release()} ${version()}`,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    ...(gpuDriver !== undefined && { gpuDriver }),
  }
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

/** NVIDIA's kernel module says its version here; other machines have no such file. */
function readGpuDriver(): string | undefined {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n', 1)[0]?.trim()
  } catch {
    return undefined
  }
}
