import type { Clock } from '../clock.ts'
import type { ConfigValues } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type {
  Boot,
  Comparison,
  HookEnd,
  RunEvent,
  Sample,
  ServiceAddress,
  ServiceProfile,
} from '../records/index.ts'
import { oneLine, type Progress } from '../reporters/index.ts'
import type { Plan } from '../run/index.ts'
import { addressOfUrl, redactorOf } from '../targets/index.ts'
import { toolVersion } from '../tool-version.ts'
import { brokenOf } from '../verdict/index.ts'
import {
  callHook,
  expositionOf,
  type Kept,
  LogFollower,
  OwnLateness,
  serveMetrics,
  Watch,
  type WatchEnd,
  type WatchState,
  watchedOf,
  writeState,
} from '../watch/index.ts'
import type { Io } from './io.ts'
import type { WatchOptions } from './watch-options.ts'
import { ChangingService } from './watch-service.ts'

export type SessionInput = {
  readonly plan: Plan
  readonly io: Io
  readonly clock: Clock
  readonly options: WatchOptions
  readonly progress: Progress
  readonly state: WatchState
  readonly kept?: Kept
  readonly folder: string
  keep(event: RunEvent): void
  reread?(): Promise<{ readonly values: ConfigValues; readonly options: WatchOptions }>
}

/** One process of a watch: what it asks, follows, serves and keeps, from its first request to its last event. */
export class WatchSession {
  readonly #in: SessionInput
  readonly #startMs: number
  readonly #service: ChangingService
  readonly #redactor: { redact(text: string): string }
  #options: WatchOptions
  #watch: Watch | undefined
  #log: LogFollower | undefined
  #profile: ServiceProfile | undefined
  #isObserved = false

  constructor(input: SessionInput) {
    this.#in = input
    this.#options = input.options
    this.#profile = input.kept?.profile
    this.#startMs = input.clock.monotonicMs()
    this.#service = new ChangingService(input.clock)
    this.#redactor = redactorOf(input.plan.spec, process.env)
  }

  /** Milliseconds after the start of this process's run. */
  atMs(): number {
    return this.#in.clock.monotonicMs() - this.#startMs
  }

  get state(): WatchState {
    return this.#watch?.state ?? this.#in.state
  }

  /** Asks until something is shown, the time is over, or somebody ends it; all of it is in the journal afterwards. */
  async run(address: ServiceAddress): Promise<void> {
    const { plan, io, clock, progress, kept } = this.#in
    await using service = this.#service
    await service.reach(address, plan, this.#profile)
    const { metricsPort } = this.#options
    await using metrics =
      metricsPort === undefined
        ? undefined
        : await serveMetrics(metricsPort, () => expositionOf(this.state, toolVersion()))
    if (metrics) progress.note(`Metrics: ${metrics.url}`)
    const log = new LogFollower({
      ...{ cwd: io.cwd, env: environmentOf(io), clock },
      ...(kept?.place && { from: kept.place }),
      told: (text) => progress.warn(this.#clean(text)),
      found: ({ signature, line }) => this.#saw(signature, line),
    })
    this.#log = log
    using own = new OwnLateness(clock)
    const watch = this.#begin(own)
    using _hangup = this.#hearHangups()
    await log.follow(this.#options.log)
    const end = await watch.run()
    const endedAt = clock.now()
    await log.stop()
    await this.#close(end, log, endedAt)
  }

  #begin(own: OwnLateness): Watch {
    const { plan, io, clock, state } = this.#in
    this.#watch = new Watch({
      ...{ service: this.#service, state, seed: plan.start.seed, clock, signal: io.signal },
      pace: () => this.#options,
      ...(this.#profile && { profile: this.#profile }),
      lateMs: (fromMs, toMs) => own.lateMs(fromMs, toMs),
      keep: (after) => this.#keepState(after),
      sampled: (sample) => this.#sampled(sample),
      profiled: (profile) => {
        this.#profile = profile
        const { target } = plan.start
        this.#in.keep({ kind: 'profiled', atMs: this.atMs(), profile, target })
      },
    })
    return this.#watch
  }

  /** A watch that found a service tells its first answer as its start: there was no other. */
  #sampled(sample: Sample): void {
    const { keep, plan } = this.#in
    if (!this.#isObserved) {
      this.#isObserved = true
      const boot: Boot = {
        ...{ index: 0, origin: 'found', attempts: [] },
        outcome: sample.outcome === 'completed' ? 'generating' : 'not-generating',
        ...(sample.message !== undefined && { reason: sample.message }),
      }
      keep({ kind: 'observed', atMs: this.atMs(), boot, target: plan.start.target })
    }
    keep({ kind: 'sampled', sample })
  }

  #saw(signature: string, line: string): void {
    const clean = this.#clean(line)
    const isFirst = !this.state.logs.some((one) => one.signature === signature)
    if (isFirst) this.#in.progress.warn(`The log shows ${signature}: ${clean}`)
    this.#watch?.take({ kind: 'logged', signature, line: clean, atMs: this.#watch.atMs() })
  }

  #keepState(state: WatchState): void {
    const { state: file } = this.#options
    if (file === undefined) return
    const place = this.#log?.place
    writeState(file, { state, ...(this.#profile && { profile: this.#profile }), ...(place && { place }) })
  }

  async #close({ state, by }: WatchEnd, log: LogFollower, endedAt: Date): Promise<void> {
    const { io, keep } = this.#in
    // The log is read to its end first: what it says belongs to this watch.
    const seen = log.seen()
    if (by === 'signal') {
      this.#keepState(state)
      keep({ kind: 'cut', atMs: this.atMs(), cut: cutOf(io.signal.reason) })
    } else this.#keepState({ ...state, ended: true })
    const judged = watchedOf(state, { now: endedAt, ...(seen && { log: seen }) })
    const failed = judged.comparisons.filter(({ outcome }) => outcome === 'failed')
    const hook = failed.length > 0 ? await this.#callHook(failed) : undefined
    keep({ kind: 'watched', atMs: this.atMs(), watched: { ...judged, ...(hook && { hook }) } })
  }

  async #callHook(failed: readonly Comparison[]): Promise<HookEnd | undefined> {
    const { io, clock, plan, folder, progress } = this.#in
    const { onFail } = this.#options
    if (onFail === undefined) return undefined
    const reason = this.#clean(failed.map(brokenOf).join(' '), 1_000)
    progress.note(`FAIL: ${reason} The hook is called: ${this.#clean(onFail)}`)
    const end = await callHook({
      ...{ command: onFail, cwd: io.cwd, env: environmentOf(io), clock },
      told: { reason, targetName: plan.targetName, runId: plan.start.runId, folder },
      line: (text) => progress.note(`hook: ${this.#clean(text)}`),
    })
    const how = end.exitCode === undefined ? `ended ${end.reason}` : `ended with code ${end.exitCode}`
    progress.note(`The hook ${how}.`)
    return { ...end, command: this.#clean(onFail) }
  }

  #hearHangups(): Disposable | undefined {
    const { io, reread } = this.#in
    // A terminal that goes away takes its commands with it.
    if (!reread || io.isTTY) return undefined
    return io.onHangup?.(() => void this.#reread(reread))
  }

  /** Takes the configuration as it is now; one that cannot be used changes nothing. */
  async #reread(reread: NonNullable<SessionInput['reread']>): Promise<void> {
    const { plan, progress } = this.#in
    try {
      const { values, options } = await reread()
      const { target } = values
      if (values.targetName !== plan.targetName || target.kind !== plan.spec.kind)
        throw new HarnessError(
          'config-invalid',
          `The target is ${values.targetName} there, and ${plan.targetName} is watched.`,
        )
      if (target.kind === 'url') {
        const address = addressOfUrl(target)
        const before = plan.spec.kind === 'url' ? plan.spec.baseUrl : undefined
        if (target.baseUrl !== before)
          throw new HarnessError(
            'config-invalid',
            'Its URL is another one there: end this watch, and begin one of it.',
          )
        await this.#service.reach(address, { spec: target }, this.#profile)
      }
      this.#take(options)
      await this.#log?.follow(options.log)
      progress.note('SIGHUP: the configuration was read again.')
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      progress.warn(
        `SIGHUP: the configuration cannot be used, so the old one stays. ${this.#clean(error.message)}`,
      )
    }
  }

  /** What the evidence was gathered under stays as it is. */
  #take(options: WatchOptions): void {
    const { log: _log, onFail: _onFail, ...kept } = this.#options
    const { alpha, requests, forMs } = kept
    const isOther = options.alpha !== alpha || options.requests !== requests || options.forMs !== forMs
    if (isOther)
      this.#in.progress.warn('alpha, requests and for stay as they were: this watch was begun with them.')
    this.#options = {
      ...{ ...kept, everyMs: options.everyMs },
      ...(options.log && { log: options.log }),
      ...(options.onFail !== undefined && { onFail: options.onFail }),
    }
  }

  #clean(text: string, limit = 300): string {
    return oneLine(this.#service.redact(this.#redactor.redact(text)), limit)
  }
}

function cutOf(reason: unknown): { readonly kind: 'interrupted' | 'terminated'; readonly reason: string } {
  const kind = reason instanceof HarnessError && reason.code === 'interrupted' ? 'interrupted' : 'terminated'
  return { kind, reason: kind === 'interrupted' ? 'Ended by Ctrl-C (SIGINT).' : 'Ended by SIGTERM.' }
}

const environmentOf = ({ env }: Io): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
