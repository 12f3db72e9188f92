import type { Run, TargetDescription, Verdict } from '../records/index.ts'
import { median } from '../statistics/index.ts'

export type Attributes = Readonly<Record<string, string | number>>

/** Of what the steady measurements of a run are: one load, or the levels of a search. */
export type Load = { readonly scenario: string; readonly attributes: Attributes }

/** What is named beside a change point when it changes; none of it makes another series. What is not known is absent. */
export function attributesOf(run: Run, { target, toolVersion }: Verdict): Attributes {
  const { fingerprint, profile } = run
  const { container } = target
  return known({
    model: profile?.model ?? target.model ?? fingerprint?.model,
    revision: fingerprint?.revision,
    image: fingerprint?.image ?? container?.image,
    digest: fingerprint?.digest ?? container?.imageDigest ?? container?.imageId,
    flags: (fingerprint?.flags ?? target.command)?.join(' '),
    engine: engineOf(run, target),
    profile: target.profile,
    faults: target.faults?.toSorted().join(' ') || undefined,
    gpuDriver: fingerprint?.gpuDriver,
    host: fingerprint?.host,
    kernel: fingerprint?.kernel,
    toolVersion,
  })
}

function engineOf({ profile }: Run, { version }: TargetDescription): string | undefined {
  const words = [profile?.engine, profile?.version ?? version].filter((word) => word && word !== 'unknown')
  return words.length > 0 ? words.join(' ') : undefined
}

/**
 * The class of hardware that a service ran on: the GPU, or the processor where there is none. Of a service on another machine
 * nothing is known.
 */
export function hardwareOf({ fingerprint }: Pick<Run, 'fingerprint'>): string {
  if (fingerprint?.isElsewhere) return 'elsewhere'
  return fingerprint?.gpuModel ?? fingerprint?.cpuModel ?? UNKNOWN_HARDWARE
}

/** Of runs that were kept before the fingerprint was. */
export const UNKNOWN_HARDWARE = 'unknown'

/**
 * Another load is another scenario, so the name is what was stated of it, in words and by its hash: a seed, or who sends it, makes no
 * other.
 */
export function loadOf({ loads = [], fingerprint, samples, serviceUse }: Run): Load | undefined {
  const last = loads.at(-1)
  if (!last) return undefined
  const { load = last.says, loadHash } = fingerprint ?? {}
  const scenario = loadHash === undefined ? load : `${load} (${loadHash.replace('sha256:', '').slice(0, 8)})`
  const steady = samples.filter((one) => one.scenario === last.scenario && one.phase === 'steady')
  const middle = (values: readonly number[]) => (values.length > 0 ? median(values) : undefined)
  const attributes = known({
    inputTokens: middle(steady.flatMap(({ inputTokens }) => inputTokens ?? [])),
    outputTokens: middle(steady.flatMap(({ outputTokens }) => outputTokens ?? [])),
    cacheHitRate: serviceUse?.counters?.prefixHits,
  })
  return { scenario, attributes }
}

const known = (all: Readonly<Record<string, string | number | undefined>>): Attributes =>
  Object.fromEntries(
    Object.entries(all).filter((one): one is [string, string | number] => one[1] !== undefined),
  )
