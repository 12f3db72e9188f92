import { pathToFileURL } from 'node:url'
import { type Clock, systemClock } from '../clock.ts'
import type { Io, RunFlags } from '../commands/io.ts'
import { loadSettings } from '../commands/settings.ts'
import { type Bench, didYouMean, type ReporterSetting } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import { collectPromises, loadPromises, SUITES } from '../promises/index.ts'
import { createRandom, freshSeed } from '../random.ts'
import type { Policy, PromiseEntry, Run, TargetDescription, TargetSpec } from '../records/index.ts'
import { REPORTERS } from '../reporters/index.ts'
import { toolVersion } from '../tool-version.ts'

/** All that a run will do, decided and validated before anything is started. */
export type Plan = {
  readonly command: Run['command']
  readonly runId: string
  readonly startedAt: string
  readonly toolVersion: string
  readonly seed: number
  readonly clock: Clock
  readonly env: Io['env']
  readonly quiet: boolean
  readonly targetName: string
  readonly spec: TargetSpec
  /** What is known of the target before it answers. */
  readonly target: TargetDescription
  readonly policy: Policy
  readonly bench: Bench
  readonly coldStarts: number
  readonly maxSeconds: number
  readonly checkSeconds: number
  readonly reportsDir: string
  readonly historyFile: string
  readonly reporters: readonly ReporterSetting[]
  readonly userFiles: readonly string[]
  /** The closed list: built-in promises and the user's. */
  readonly promises: readonly PromiseEntry[]
  readonly selection?: NonNullable<Run['selection']>
}

/** Throws `usage` or `config-invalid` for whatever is wrong: nothing was run. */
export async function planRun(
  command: Run['command'],
  flags: RunFlags,
  io: Io,
  clock: Clock = systemClock,
): Promise<Plan> {
  const { values } = await loadSettings(flags, io)
  const userPromises = await collectPromises(values.suites.map((file) => pathToFileURL(file)))
  const promises = [...loadPromises(), ...userPromises]
  const selection = selectionOf(flags, promises)
  const reporters = [...values.reporters, ...(flags.json ? [{ name: 'json' }] : [])]
  for (const { name } of reporters)
    mustKnow(
      'reporter',
      name,
      REPORTERS.map((reporter) => reporter.name),
    )
  const seed = values.seed ?? freshSeed()
  const startedAt = clock.now().toISOString()
  return {
    command,
    // Sorts by time; the marker keeps two runs of one second apart.
    runId: `${startedAt.slice(0, 19).replaceAll(':', '-')}-${command}-${createRandom(freshSeed()).marker(4)}`,
    startedAt,
    toolVersion: toolVersion(),
    seed,
    clock,
    env: io.env,
    quiet: flags.quiet ?? false,
    targetName: values.targetName,
    spec: values.target,
    target: {
      kind: values.target.kind,
      dialect: values.target.dialect,
      ...(values.target.model && { model: values.target.model }),
    },
    policy: values.policy,
    bench: values.bench,
    // A check needs the service once; only a measurement needs it cold again and again.
    coldStarts: command === 'check' ? 1 : values.bench.coldStarts,
    maxSeconds: values.maxSeconds,
    checkSeconds: values.checkSeconds,
    reportsDir: values.reportsDir,
    historyFile: values.history,
    reporters,
    userFiles: values.suites,
    promises,
    ...(selection && { selection }),
  }
}

function selectionOf({ suites, tags }: RunFlags, promises: readonly PromiseEntry[]): Run['selection'] {
  const knownSuites = new Set([...SUITES, ...promises.map(({ suite }) => suite)])
  const knownTags = new Set(promises.flatMap((entry) => entry.tags))
  for (const suite of suites ?? []) mustKnow('suite', suite, [...knownSuites])
  for (const tag of tags ?? []) mustKnow('tag', tag, [...knownTags])
  if (!suites?.length && !tags?.length) return undefined
  return { ...(suites?.length && { suites }), ...(tags?.length && { tags }) }
}

function mustKnow(what: string, word: string, known: readonly string[]): void {
  if (!known.includes(word))
    throw new HarnessError('usage', `There is no ${what} "${word}": ${didYouMean(word, known)}`)
}
