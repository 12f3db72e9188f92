import { availableParallelism, totalmem } from 'node:os'
import { loadBuiltInSuites, loadClosedList, loadPromptCases, loadUserSuites } from '../checks/index.ts'
import { loadDialect } from '../client/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import { type Bench, type ConfigValues, didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import { createRandom, freshSeed } from '../random.ts'
import type {
  Environment,
  EvidenceScope,
  PromiseEntry,
  RunStart,
  TargetSpec,
  Waiver,
} from '../records/index.ts'
import { withoutCredentials } from '../targets/index.ts'
import { toolVersion } from '../tool-version.ts'
import { isAsked } from '../verdict/index.ts'
import { expectationOf } from './expects.ts'
import { takeFingerprint } from './fingerprint.ts'
import { type Asked, selectPromises } from './select-promises.ts'
import { requireKnownWords, requireUnique } from './user-promises.ts'

/** All that a run will do, decided and validated before anything is started. */
export type Plan = {
  readonly start: RunStart
  readonly clock: Clock
  readonly targetName: string
  readonly spec: TargetSpec
  readonly bench: Bench
  readonly coldStarts: number
  /** The time of a run once its service generates. */
  readonly maxSeconds: number
  readonly checkSeconds: number
  readonly evidence: EvidenceScope
  /** The promises that will be checked, in the order of the closed list. */
  readonly asked: readonly DeclaredPromise[]
  /** Whether this target passed before: what does not fit it any more is then its own change. */
  readonly acceptedBefore: boolean
}

export type PlanInput = {
  readonly command: RunStart['command']
  readonly values: ConfigValues
  readonly selection?: Asked
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  readonly acceptedBefore?: boolean
}

/** Throws `usage` or `config-invalid` for whatever is wrong: nothing was run. */
export async function planRun(input: PlanInput): Promise<Plan> {
  const { command, values, env, clock = systemClock } = input
  // A dialect with a mistake in it is refused before anything is started.
  await loadDialect(values.target)
  const user = [...(await loadUserSuites(values.suites)), ...loadPromptCases(values.cases ?? [])]
  requireKnownWords(user)
  const declared = [...(await loadBuiltInSuites()), ...user]
  const promises = [...loadClosedList(), ...user.map(({ entry }) => entry)]
  requireUnique(promises)
  requireKnownWaivers(values.waivers, promises)
  const selection = selectPromises(input.selection ?? {}, promises, declared)
  const startedAt = clock.now().toISOString()
  const { targetName, target: spec, policy } = values
  const expects = expectationOf(spec)
  return {
    start: {
      command,
      // Sorts by time; the marker keeps two runs of one second apart.
      runId: `${startedAt.slice(0, 19).replaceAll(':', '-')}-${command}-${createRandom(freshSeed()).marker(4)}`,
      startedAt,
      seed: values.seed ?? freshSeed(),
      toolVersion: toolVersion(),
      target: {
        kind: spec.kind,
        dialect: spec.dialect,
        ...(spec.model !== undefined && { model: spec.model }),
        ...(spec.kind === 'url' && spec.baseUrl !== undefined && { url: withoutCredentials(spec.baseUrl) }),
      },
      policy,
      ...(expects && { expects }),
      ...(values.waivers.length > 0 && { waivers: values.waivers }),
      promises,
      environment: environmentOf(env),
      fingerprint: takeFingerprint({ targetName, spec, policy, promises }),
      ...(selection && { selection }),
    },
    clock,
    targetName,
    spec,
    bench: values.bench,
    // A check needs the service once; only a measurement needs it cold again and again.
    coldStarts: command === 'check' ? 1 : values.bench.coldStarts,
    maxSeconds: values.maxSeconds,
    checkSeconds: values.checkSeconds,
    evidence: values.evidence,
    asked: declared.filter(({ entry }) => isAsked(entry, selection)),
    acceptedBefore: input.acceptedBefore ?? false,
  }
}

const environmentOf = (env: PlanInput['env']): Environment => ({
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
  cpus: availableParallelism(),
  memoryBytes: totalmem(),
  ci: Boolean(env['CI']),
})
/** A waiver of a promise that does not exist waives nothing, and its author believes that it does. */
function requireKnownWaivers(waivers: readonly Waiver[], promises: readonly PromiseEntry[]): void {
  const known = promises.map(({ id }) => id)
  for (const { id } of waivers)
    if (!known.includes(id))
      throw new HarnessError(
        'config-invalid',
        `A waiver names the promise "${id}", which does not exist: ${didYouMean(id, known)}`,
      )
}
