import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import { compileOrRefuse } from './compile.ts'
import type { Acceptor } from './constraint/index.ts'
import type { Hooks } from './hooks.ts'
import type { FinishReason, Job, Output, Token } from './job.ts'
import type { Metrics } from './metrics.ts'
import { idOf } from './model/tokens.ts'
import { drawMs, type Profile } from './profiles.ts'
import { Refusal } from './refusal.ts'
import type { Slots } from './slots.ts'
import { StopStrings } from './stop-strings.ts'

/** The model: tokens for a job, one after the other, without any notion of time. */
export type TokenSource = (job: Job, acceptor: Acceptor | undefined, seed: number | string) => Iterable<Token>

export type EngineParts = {
  readonly profile: Profile
  readonly clock: Clock
  readonly random: Random
  readonly hooks: Hooks
  readonly metrics: Metrics
  readonly slots: Slots
  readonly source: TokenSource
  /** Called once, when the engine dies. */
  readonly onDeath: () => void
}

/** The part behind the API: a batch with a queue, a pace, and one output a step. */
export class Engine {
  readonly #parts: EngineParts
  #dead = false

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  /** Whether it can generate no more. */
  get dead(): boolean {
    return this.#dead
  }

  /** The engine process is gone: everything in flight and everything later fails. */
  kill(): void {
    if (this.#dead) return
    this.#dead = true
    this.#parts.onDeath()
  }

  /** Generates one sequence. Rejects with a Refusal when it cannot, or with the signal's reason when it aborts. */
  async *generate(asked: Job, signal: AbortSignal): AsyncGenerator<Output> {
    const { hooks, metrics, slots, clock } = this.#parts
    const job = hooks.job(asked)
    const arrivedMs = clock.monotonicMs()
    this.#assertAlive()
    const acceptor = this.#compile(asked, job)
    if (!slots.hasRoomFor(1)) metrics.reject()
    const release = await slots.take(signal)
    const record = metrics.begin(job, clock.monotonicMs() - arrivedMs)
    let finish: FinishReason | undefined
    try {
      await hooks.beforeTokens(undefined, job, signal)
      const tokens = hooks.tokens(this.#paced(job, acceptor, signal), job, signal)
      for await (const output of hooks.outputs(answer(tokens, job), job, signal)) {
        this.#assertAlive()
        record.step(output.tokens, clock.monotonicMs() - arrivedMs)
        finish = output.finish
        yield output
      }
    } catch (error) {
      finish = signal.aborted ? 'abort' : 'error'
      throw error
    } finally {
      release()
      // No finish reason here: the reader has left in the middle.
      record.end(finish ?? 'abort', clock.monotonicMs() - arrivedMs)
    }
  }

  /** What was asked for must compile even where a fault decodes by something else. */
  #compile(asked: Job, job: Job): Acceptor | undefined {
    const compile = ({ constraint }: Job) =>
      constraint && compileOrRefuse(constraint, this.#parts.hooks.forgiveConstraint(false))
    const wanted = compile(asked)
    return job.constraint === asked.constraint ? wanted : compile(job)
  }

  #assertAlive(): void {
    if (this.#dead)
      throw new Refusal(500, 'failed', 'EngineCore encountered an issue. See stack trace for the root cause.')
  }

  async *#paced(job: Job, acceptor: Acceptor | undefined, signal: AbortSignal): AsyncGenerator<Token> {
    const { profile, clock, random, source, hooks } = this.#parts
    const { firstTokenMs, tokenMs } = hooks.pace({
      firstTokenMs: drawMs(random, profile.firstTokenMs),
      tokenMs: profile.tokenMs,
    })
    // Due times, not pauses: a timer that fires late must not slow the whole answer down.
    let dueMs = clock.monotonicMs() + firstTokenMs
    for (const token of source(job, acceptor, job.sampling.seed ?? random.marker(12))) {
      const restMs = dueMs - clock.monotonicMs()
      if (restMs > 0) await clock.sleep(restMs, signal)
      // Late or without a pace: the others in the batch, health and a client that leaves still get their turn.
      else await nextTurn()
      signal.throwIfAborted()
      yield token
      dueMs += tokenMs
    }
  }
}

/** Tokens to text: whole characters, stop strings, the finish reason. */
async function* answer(tokens: AsyncIterable<Token>, job: Job): AsyncGenerator<Output> {
  const { maxTokens, stop, includeStop, minTokens, stopTokens = [] } = job.sampling
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const stops = new StopStrings(stop, { include: includeStop, holdBack: job.holdBack })
  if (maxTokens === 0) return yield { text: '', tokens: 0, token: '', logprob: 0, finish: 'length' }
  let count = 0
  for await (const { bytes, end, logprob, others } of tokens) {
    count += 1
    const id = idOf(bytes)
    const isStop = stopTokens.includes(id) && count >= minTokens
    // Bytes of a character that the end cuts in two are never shown; nor is the token that stops, unless it is asked for.
    const piece = isStop && !includeStop ? '' : decoder.decode(bytes, { stream: true })
    // As in vLLM, a stop string is not looked for before min_tokens.
    const text = count < minTokens ? stops.pass(piece) : stops.push(piece)
    const token = Buffer.from(bytes).toString('utf8')
    const output = { text, tokens: 1, token, logprob, ...(others && { others }) }
    if (isStop) return yield { ...output, text: text + stops.flush(), finish: 'stop', stopReason: id }
    if (stops.fired !== undefined) return yield { ...output, finish: 'stop', stopReason: stops.fired }
    const finish = end ? 'stop' : count >= maxTokens ? 'length' : undefined
    if (finish) return yield { ...output, text: text + stops.flush(), finish }
    yield output
  }
}
