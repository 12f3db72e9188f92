import { PassThrough } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { ProcessExit } from '../../records/index.ts'
import type { StartedProcess } from '../started-process.ts'
import type { TargetLog } from '../target-log.ts'
import { settled } from '../waiting.ts'
import { isGone, readDaemonError } from './daemon-error.ts'
import type { Docker, DockerContainer } from './engine.ts'

type Options = {
  readonly log: TargetLog
  readonly clock: Clock
  /** SIGTERM → SIGKILL. */
  readonly graceMs: number
  readonly warn: (text: string) => void
}

/** What an engine may need beyond the grace; a dead one is not waited for. */
const ENGINE_MS = 10_000
const POLL_MS = 50

/** A container from its creation on: its log, its end, and the end of it. */
export class RunningContainer implements StartedProcess {
  readonly id: string
  readonly #docker: Docker
  readonly #container: DockerContainer
  readonly #options: Options
  readonly #ended = new AbortController()
  #output: NodeJS.ReadableStream | undefined
  #startedAtMs = 0
  #exit: ProcessExit | undefined
  #stopping: Promise<void> | undefined

  constructor(docker: Docker, id: string, options: Options) {
    this.id = id
    this.#docker = docker
    this.#container = docker.getContainer(id)
    this.#options = options
  }

  get startedAtMs(): number {
    return this.#startedAtMs
  }

  get ended(): AbortSignal {
    return this.#ended.signal
  }

  exit(): ProcessExit | undefined {
    return this.#exit
  }

  /** To be called before the start, so that the first line and the shortest life are seen. The clock starts here. */
  async follow(): Promise<void> {
    const { log, clock } = this.#options
    const output = await this.#container.attach({ stream: true, stdout: true, stderr: true })
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    for (const stream of [stdout, stderr]) log.follow(stream)
    this.#docker.modem.demuxStream(output, stdout, stderr)
    this.#output = output
    const over = () => {
      for (const stream of [stdout, stderr]) stream.end()
      void this.#noteEnd()
    }
    output.once('end', over)
    output.once('error', over)
    this.#startedAtMs = clock.monotonicMs()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    const { log, clock, graceMs, warn } = this.#options
    const seconds = Math.ceil(graceMs / 1_000)
    // 304: it has ended already.
    const stopped = this.#container.stop({ t: seconds }).catch(() => {})
    await settled(stopped, graceMs + ENGINE_MS, clock)
    const removed = this.#remove()
    const inTime = await settled(removed, ENGINE_MS, clock)
    const trouble = inTime
      ? await removed.then(
          () => undefined,
          (error) => readDaemonError(error).says,
        )
      : 'no answer'
    if (trouble !== undefined)
      warn(
        `The container ${this.id.slice(0, 12)} could not be removed (${trouble}): the next run will try again; by hand, \`docker rm -fv ${this.id.slice(0, 12)}\`.`,
      )
    if (this.#output && 'destroy' in this.#output) (this.#output as PassThrough).destroy()
    await log.close()
  }

  async #remove(): Promise<void> {
    const deadline = this.#options.clock.monotonicMs() + ENGINE_MS
    for (;;) {
      try {
        // Kills what the grace left; anonymous volumes go with it.
        await this.#container.remove({ force: true, v: true })
        return
      } catch (error) {
        if (readDaemonError(error).status === 404) return
        // Someone else is removing it: it is gone once the engine does not know it any more.
        if (!isGone(error) || this.#options.clock.monotonicMs() >= deadline) throw error
        await this.#options.clock.sleep(POLL_MS)
      }
    }
  }

  /** The output ended: so did the container, or the engine that carried it. */
  async #noteEnd(): Promise<void> {
    const atMs = this.#options.clock.monotonicMs() - this.#startedAtMs
    if (this.#stopping || this.#exit) return
    const exit = await this.#askHowItEnded()
    if (!exit || this.#stopping) return
    this.#exit = { ...exit, atMs }
    this.#ended.abort()
  }

  /** Undefined when it never started (the start itself then says why), and when nobody can tell whether it ended. */
  async #askHowItEnded(): Promise<Omit<ProcessExit, 'atMs'> | undefined> {
    const { log, warn } = this.#options
    try {
      await this.#container.wait({ condition: 'not-running' })
      const { State, HostConfig } = await this.#container.inspect()
      if (State.StartedAt.startsWith('0001-')) return undefined
      if (State.OOMKilled)
        log.write(
          `infergate: the engine killed it at its memory limit of ${Math.round((HostConfig.Memory ?? 0) / 2 ** 20)} MiB: raise \`memory\` of the target`,
        )
      return { code: State.ExitCode, signal: null }
    } catch (error) {
      const { status, says } = readDaemonError(error)
      if (status === 404) {
        log.write('infergate: someone removed the container')
        return { code: null, signal: 'SIGKILL' }
      }
      // A lost engine says nothing about the service: what it published may go on answering.
      if (!this.#stopping)
        warn(
          `The container engine was lost (${says}): the log of the target ends here, and so may the target.`,
        )
      return undefined
    }
  }
}
