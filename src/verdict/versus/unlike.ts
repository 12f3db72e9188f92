import type { Fingerprint } from '../../records/index.ts'

/** What is known of a run before it is compared; `fingerprint` is absent in runs of before it was kept. */
export type Origin = { readonly fingerprint?: Fingerprint; readonly toolVersion?: string }

/** One thing in which two runs differ beside their speed. */
export type Difference = {
  readonly field: string
  /** Of the baseline, of the candidate; absent: it is not recorded, or there is none. */
  readonly that?: string
  readonly own?: string
  /** The figures of the two runs mean different things. Else it is what a deploy changes, or what may explain a change. */
  readonly isUnlike: boolean
}

type Read = (origin: Origin) => string | undefined

const of =
  (name: keyof Fingerprint): Read =>
  ({ fingerprint }) => {
    const value = fingerprint?.[name]
    if (value === undefined) return undefined
    return Array.isArray(value) ? value.join(' ') : String(value)
  }

/** The GPU, or the processor with its cores where there is none; of a service elsewhere nothing is known. */
const hardware: Read = ({ fingerprint }) => {
  if (!fingerprint || fingerprint.isElsewhere) return undefined
  const { gpuModel, cpuModel, cores } = fingerprint
  return gpuModel ?? (cores === undefined ? undefined : `${cpuModel}, ${cores} cores`)
}

/**
 * What must be equal, or the figures of two runs are not of the same thing: which service, what it was asked and in what shape, on
 * what hardware. Named by `--allow-difference`.
 */
const UNLIKE: Readonly<Record<string, Read>> = {
  targetName: of('targetName'),
  dialect: of('dialect'),
  model: of('model'),
  warmRequest: of('warmRequest'),
  warmup: of('warmup'),
  load: (origin) => {
    const [says, hash] = [of('load')(origin), of('loadHash')(origin)]
    return says === undefined || hash === undefined ? undefined : `${says} (${shortHash(hash)})`
  },
  hardware,
  profile: of('profile'),
}

/** The very things that a deploy changes, and what may explain a change: named beside it, never refused. */
const NAMED: Readonly<Record<string, Read>> = {
  kind: of('kind'),
  revision: of('revision'),
  image: of('image'),
  digest: of('digest'),
  flags: of('flags'),
  faults: of('faults'),
  policy: ({ fingerprint }) => fingerprint && shortHash(fingerprint.policyHash),
  promises: ({ fingerprint }) => fingerprint && shortHash(fingerprint.promptSetHash),
  schedule: ({ fingerprint }) => fingerprint?.scheduleHash && shortHash(fingerprint.scheduleHash),
  host: of('host'),
  kernel: of('kernel'),
  gpuDriver: of('gpuDriver'),
  toolVersion: ({ toolVersion }) => toolVersion,
}

/** What `--allow-difference` takes. */
export const UNLIKE_FIELDS: readonly string[] = Object.keys(UNLIKE)
export const NAMED_FIELDS: readonly string[] = Object.keys(NAMED)

/** A model that nobody asked for by name is not known before the service answers. */
const MAY_BE_UNKNOWN: readonly string[] = ['model']

/** In what the candidate differs from its baseline, what makes them unlike first. */
export function differencesOf(baseline: Origin, candidate: Origin): readonly Difference[] {
  const pick = (fields: Readonly<Record<string, Read>>, isUnlike: boolean) =>
    Object.entries(fields).flatMap(([field, read]): readonly Difference[] => {
      const [that, own] = [read(baseline), read(candidate)]
      if (that === own) return []
      if (MAY_BE_UNKNOWN.includes(field) && (that === undefined || own === undefined)) return []
      return [{ field, isUnlike, ...(that !== undefined && { that }), ...(own !== undefined && { own }) }]
    })
  return [...pick(UNLIKE, true), ...pick(NAMED, false), ...restOfTarget(baseline, candidate)]
}

/** The hash of a target says that it differs, where none of its fields that stand by name does. */
function restOfTarget(baseline: Origin, candidate: Origin): readonly Difference[] {
  const [that, own] = [baseline.fingerprint?.targetHash, candidate.fingerprint?.targetHash]
  const isNamed = OF_TARGET.some((name) => of(name)(baseline) !== of(name)(candidate))
  if (that === undefined || own === undefined || that === own || isNamed) return []
  return [{ field: 'target', isUnlike: false, that: shortHash(that), own: shortHash(own) }]
}

const OF_TARGET: readonly (keyof Fingerprint)[] = [
  ...(['kind', 'dialect', 'model', 'revision', 'image', 'digest', 'flags', 'profile', 'faults'] as const),
]

const shortHash = (hash: string): string => hash.replace('sha256:', '').slice(0, 12)

/** `image: vllm:0.31 → vllm:0.32`. */
export const describeDifference = ({ field, that, own }: Difference): string =>
  `${field}: ${valueOr(that)} → ${valueOr(own)}`

const valueOr = (value: string | undefined): string =>
  value === undefined ? 'none on record' : value || 'none'
