import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, type Clock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { createRandom, freshSeed } from '../random.ts'
import type { ProcessExit, ProcessUse } from '../records/index.ts'
import { type GuardianOrder, type GuardianReport, NOTHING_LEFT } from './guardian-messages.ts'
import { killGroup, type ProcessGroup } from './process-group.ts'
import { processUseOf } from './process-use.ts'
import type { TargetLog } from './target-log.ts'
import { orAbort, settled } from './waiting.ts'

export type ProcessOrder = Pick<GuardianOrder, 'command' | 'cwd' | 'env'>

export type StartProcessOptions = {
  readonly log: Pick<TargetLog, 'follow' | 'close'>
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /** SIGTERM → SIGKILL. */
  readonly graceMs?: number
  /** What the command has started when it ends by itself stays, and is nobody's to stop. */
  readonly leavesRest?: true
  /** What it writes to stdout alone, as it comes; all of it goes to the log. */
  readonly onStdout?: (bytes: Buffer) => void
}

/** A command that runs under a guardian. */
export interface StartedProcess {
  /** On the clock's own origin. */
  readonly startedAtMs: number
  /** How the command ended without being asked to. */
  exit(): ProcessExit | undefined
  /** Aborted once the command has ended unasked and its log is whole. */
  readonly ended: AbortSignal
  /** Memory and CPU time of all that the command started. */
  use?(): ProcessUse | undefined
  /** Ends all that the command started; idempotent. */
  stop(): Promise<void>
}

/** vLLM with an open stream may never leave by itself. */
const GRACE_MS = 5_000
const GUARDIAN_START_MS = 30_000
/** What the guardian may need beyond the grace. */
const GUARDIAN_END_MS = 3_000
/** A command that ended has its last words still in the pipe; a child of it may hold that pipe open for long. */
const LOG_DRAIN_MS = 300
/** The same where the last line is an answer: on a busy machine it takes its time. */
const LAST_WORDS_MS = 2_000

const guardianFile = fileURLToPath(new URL(`./guardian${extname(import.meta.url)}`, import.meta.url))

/** Starts a command; resolves once it runs, which says nothing about the service in it. */
export async function startProcess(
  order: ProcessOrder,
  { log, clock, signal, graceMs = GRACE_MS, leavesRest, onStdout }: StartProcessOptions,
): Promise<StartedProcess> {
  const run = new GuardedRun(log, clock, graceMs, leavesRest)
  if (onStdout) run.listen(onStdout)
  try {
    const startedAtMs = await run.start(order, signal)
    return {
      ...{ startedAtMs, ended: run.ended.signal },
      exit: () => run.exit,
      use: () => run.use(),
      stop: () => run.stop(),
    }
  } catch (error) {
    await run.stop()
    throw error
  }
}

class GuardedRun {
  readonly #guardian = spawn(process.execPath, ['--no-warnings', guardianFile], {
    detached: true,
    // Its own environment carries nothing: not the mark, or it would end itself; not NODE_OPTIONS.
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  readonly #streams = [this.#guardian.stdout, this.#guardian.stderr].filter((stream) => stream !== null)
  readonly #ready = Promise.withResolvers<void>()
  readonly #started = Promise.withResolvers<Omit<ProcessGroup, 'mark'>>()
  /** Gone, and its output read to the end. Not the event `close`: that never comes after a `disconnect` of ours. */
  readonly #closed: Promise<unknown>
  readonly #log: Pick<TargetLog, 'follow' | 'close'>
  readonly #clock: Clock
  readonly #graceMs: number
  readonly ended = new AbortController()
  exit: ProcessExit | undefined
  #group: ProcessGroup | undefined
  #useOfGroup: (() => ProcessUse | undefined) | undefined
  #startedAtMs = 0
  #stopping: Promise<void> | undefined
  readonly #leavesRest: true | undefined

  constructor(log: Pick<TargetLog, 'follow' | 'close'>, clock: Clock, graceMs: number, leavesRest?: true) {
    this.#log = log
    this.#leavesRest = leavesRest
    this.#clock = clock
    this.#graceMs = graceMs
    const guardian = this.#guardian
    for (const stream of this.#streams) log.follow(stream)
    for (const { promise } of [this.#ready, this.#started]) promise.catch(() => {})
    const closing = this.#streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)))
    this.#closed = Promise.all([new Promise((resolve) => guardian.once('exit', resolve)), ...closing])
    guardian.once('error', (error) => this.#fail(error))
    guardian.once('exit', (code, signal) => {
      this.#fail(
        new HarnessError('target-died', 'The guardian of the target ended too early: run infergate again.'),
      )
      if (code === NOTHING_LEFT) this.#group = undefined
      // Only where the guardian itself was killed is something left to end.
      else if (!this.#stopping) void this.#killRest()
      void this.#noteEnd(code, signal)
    })
  }

  listen(onStdout: (bytes: Buffer) => void): void {
    this.#guardian.stdout?.on('data', onStdout)
  }

  async start(order: ProcessOrder, signal?: AbortSignal): Promise<number> {
    const mark = createRandom(freshSeed()).marker(24)
    this.#guardian.on('message', (report: GuardianReport) => {
      if (report.kind === 'ready') this.#ready.resolve()
      else if (report.kind === 'started')
        this.#started.resolve({ leader: report.pid, startTicks: report.startTicks })
      else if (report.kind === 'not-started') this.#fail(cannotStart(order, report))
      else void this.#noteEnd(report.code, report.signal)
    })
    const late = new HarnessError(
      'target-died',
      `The guardian of the target did not start within ${GUARDIAN_START_MS / 1_000} s: free some CPU or memory and run again.`,
    )
    using _ = after(this.#clock, GUARDIAN_START_MS, () => this.#fail(late))
    await orAbort(this.#ready.promise, signal)
    this.#startedAtMs = this.#clock.monotonicMs()
    const message: GuardianOrder = {
      ...order,
      mark,
      graceMs: this.#graceMs,
      ...(this.#leavesRest && { leavesRest: true }),
    }
    this.#guardian.send(message)
    this.#group = { ...(await orAbort(this.#started.promise, signal)), mark }
    return this.#startedAtMs
  }

  use(): ProcessUse | undefined {
    if (!this.#group) return undefined
    this.#useOfGroup ??= processUseOf(this.#group)
    return this.#useOfGroup()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    if (this.#guardian.connected) this.#guardian.disconnect()
    // What a command leaves behind may hold its output open for days.
    if (!(this.#leavesRest && this.exit)) {
      await settled(this.#closed, this.#graceMs + GUARDIAN_END_MS, this.#clock)
      await this.#killRest()
    }
    // What escaped may still hold the pipes: they are closed on our side.
    for (const stream of this.#streams) stream.destroy()
    await this.#log.close()
  }

  /** The group is forgotten with its last process: an hour later its id is another's. */
  async #killRest(): Promise<void> {
    if (this.#group && (await killGroup(this.#group, this.#clock))) this.#group = undefined
  }

  async #noteEnd(code: number | null, signal: string | null): Promise<void> {
    if (this.#stopping || this.exit) return
    this.exit = { code, signal, atMs: this.#clock.monotonicMs() - this.#startedAtMs }
    await settled(this.#closed, this.#leavesRest ? LAST_WORDS_MS : LOG_DRAIN_MS, this.#clock)
    this.ended.abort()
  }

  #fail(error: unknown): void {
    this.#ready.reject(error)
    this.#started.reject(error)
  }
}

function cannotStart(
  { command }: ProcessOrder,
  { code, message }: Extract<GuardianReport, { kind: 'not-started' }>,
): HarnessError {
  if (code === 'ENOENT')
    return new HarnessError(
      'command-not-found',
      `The command ${command[0]} was not found: install it, or give its full path in the target's \`command\`.`,
    )
  return new HarnessError(
    'command-not-found',
    `The command ${command[0]} cannot be started (${message}): check that it is executable.`,
  )
}
