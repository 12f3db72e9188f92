import { availableParallelism, totalmem } from 'node:os'
import { type LoadSpec, type PlannedLoad, planLoad, requireLimits } from '../benchmark/index.ts'
import { loadBuiltInSuites, loadClosedList, loadPromptCases, loadUserSuites } from '../checks/index.ts'
import { loadDialect } from '../client/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import { type Bench, type ChosenTarget, type ConfigValues, didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import { createRandom, freshSeed } from '../random.ts'
import type {
  Against,
  Environment,
  EvidenceScope,
  OnInconclusive,
  PromiseEntry,
  RunStart,
  ScaleToZero,
  TargetDescription,
  TargetSpec,
  Waiver,
} from '../records/index.ts'
import { withoutCredentials } from '../targets/index.ts'
import { toolVersion } from '../tool-version.ts'
import { isAsked, isWaivable, ruleOf, withinPairs } from '../verdict/index.ts'
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
  /** What is measured beside it, start by start, once the run itself is done; absent: nothing. */
  readonly against?: { readonly targetName: string; readonly spec: TargetSpec }
  /** The load that is sent after the warm answers; absent: none. */
  readonly load?: PlannedLoad
  /** Waited for without a request, to see the first answer after it; absent: not at all. */
  readonly idleMs?: number
  readonly coldStarts: number
  /** The time of a run once its service generates. */
  readonly maxSeconds: number
  /** Whether the user has set it; else it grows with the pace of the service. */
  readonly isBudgetGiven: boolean
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
  readonly load?: LoadSpec
  readonly idleMs?: number
  /** False: no cold starts of a target that scales to zero. */
  readonly cold?: boolean
  /** Of a run against another target. */
  readonly pairs?: number
  readonly onInconclusive?: OnInconclusive
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  readonly acceptedBefore?: boolean
  /** The command line, as records keep it. */
  readonly typed?: readonly string[]
}

/** Throws `usage` or `config-invalid` for whatever is wrong: nothing was run. */
export async function planRun(input: PlanInput): Promise<Plan> {
  const { command, values, env, clock = systemClock } = input
  // A dialect with a mistake in it is refused before anything is started.
  await loadDialect(values.target)
  if (values.against) await loadDialect(values.against.target)
  const user = [...(await loadUserSuites(values.suites)), ...loadPromptCases(values.cases ?? [])]
  requireKnownWords(user)
  const declared = [...(await loadBuiltInSuites()), ...user]
  const promises = [...loadClosedList(), ...user.map(({ entry }) => entry)]
  requireUnique(promises)
  requireKnownWaivers(values.waivers, promises)
  const selection = selectPromises(input.selection ?? {}, promises, declared)
  const startedAt = clock.now().toISOString()
  const { targetName, target: spec, policy, against } = values
  const expects = expectationOf(spec)
  const seed = values.seed ?? freshSeed()
  requireLimits(input.load?.levels, policy.limits)
  const sleep = command === 'check' ? undefined : sleepOf(spec, input)
  const load = input.load && (await planLoad(input.load, seed))
  return {
    start: {
      command,
      // Sorts by time; the marker keeps two runs of one second apart.
      runId: `${startedAt.slice(0, 19).replaceAll(':', '-')}-${command}-${createRandom(freshSeed()).marker(4)}`,
      startedAt,
      ...(input.typed && { typed: input.typed }),
      seed,
      toolVersion: toolVersion(),
      target: describedBefore(spec),
      policy,
      ...(expects && { expects }),
      ...(values.waivers.length > 0 && { waivers: values.waivers }),
      promises,
      environment: environmentOf(env),
      fingerprint: takeFingerprint({ targetName, spec, policy, promises, bench: values.bench, load }),
      ...(selection && { selection }),
      ...(sleep && {
        scaleToZero: { ...sleep, coldStarts: input.cold === false ? 0 : values.bench.coldStarts },
      }),
      ...(against && { against: againstOf(input, against, promises) }),
    },
    clock,
    targetName,
    spec,
    ...(against && { against: { targetName: against.targetName, spec: against.target } }),
    bench: values.bench,
    ...(load && { load }),
    ...(input.idleMs !== undefined && { idleMs: input.idleMs }),
    // A check needs the service once; only a measurement needs it cold again and again.
    coldStarts: command === 'check' ? 1 : values.bench.coldStarts,
    maxSeconds: values.maxSeconds,
    isBudgetGiven: values.isBudgetGiven ?? true,
    checkSeconds: values.checkSeconds,
    evidence: values.evidence,
    asked: declared.filter(({ entry }) => isAsked(entry, selection)),
    acceptedBefore: input.acceptedBefore ?? false,
  }
}

/** Throws `usage` where there is no sleep whose cold starts could be left out. */
function sleepOf(spec: TargetSpec, { cold }: PlanInput): ScaleToZero | undefined {
  const sleep = spec.kind === 'url' ? spec.scaleToZero : undefined
  if (cold === false && !sleep)
    throw new HarnessError(
      'usage',
      '--no-cold leaves out the waits of a target that scales to zero, and this one has no `scaleToZero`: leave the flag out.',
    )
  return sleep
}

const describedBefore = (spec: TargetSpec): TargetDescription => ({
  kind: spec.kind,
  dialect: spec.dialect,
  ...(spec.model !== undefined && { model: spec.model }),
  ...(spec.kind === 'url' && spec.baseUrl !== undefined && { url: withoutCredentials(spec.baseUrl) }),
})

const againstOf = (
  { values, pairs, onInconclusive = 'extend' }: PlanInput,
  { targetName, target }: ChosenTarget,
  promises: readonly PromiseEntry[],
): Against => ({
  ...{ targetName, target: describedBefore(target), onInconclusive },
  rule: pairs === undefined ? ruleOf(values.policy) : withinPairs(ruleOf(values.policy), pairs),
  fingerprint: takeFingerprint({ ...values, targetName, spec: target, promises }),
})

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
    if (!known.includes(id) && !isWaivable(id))
      throw new HarnessError(
        'config-invalid',
        `A waiver names the promise "${id}", which does not exist: ${didYouMean(id, known)}`,
      )
}
