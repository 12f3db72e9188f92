import type { CallOptions, Client } from '../client/index.ts'
import { parseMetrics, saysHealthy } from '../judges/index.ts'
import { completed, type Service } from '../promises/index.ts'
import { CheckEnded } from '../promises/outcome.ts'
import type {
  Boot,
  Failed,
  Generation,
  GenerationRequest,
  Operation,
  Reply,
  ServiceProfile,
} from '../records/index.ts'
import { symptomOf, traitsOf } from './cause.ts'
import { describeOutcome, type Recorded } from './evidence.ts'

export type ServiceOptions = {
  readonly client: Client
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  /** Aborts when the check is over or its time is. */
  readonly signal: AbortSignal
  /** How long one call may take unless it says otherwise. */
  readonly callTimeoutMs: number
  /** A call waits for room at the service, or goes on. */
  held(isHeld: boolean): void
  record(recorded: Recorded): void
}

/** Where the calls of a check that is over wait: they neither answer nor fail, so nothing that was left running can. */
const parked = new Promise<never>(() => {})

/** Load, to the end: it says nothing about the promise. */
const turnedAway = (answer: Failed): CheckEnded =>
  new CheckEnded(
    'inconclusive',
    `the service turned this check away until its patience ended: ${answer.message}`,
    [answer],
  )
/** How often such a request is asked again: who never comes to an answer is seen all the same. */
const ENDED_IN_THOUGHT = 3

const endedInThought = (answer: Generation): boolean =>
  answer.outcome === 'completed' &&
  answer.text === '' &&
  answer.reasoning !== undefined &&
  answer.finishReason !== 'length'

export function createService(options: ServiceOptions): Service {
  const { client, profile, boots, signal, callTimeoutMs, held, record } = options

  async function watched<T extends Generation | Reply>(
    call: (own: CallOptions) => Promise<T>,
    own: CallOptions = {},
    asked?: GenerationRequest | Operation,
  ) {
    if (signal.aborted) return parked
    const both = own.signal ? AbortSignal.any([signal, own.signal]) : signal
    const answer = await call({ timeoutMs: callTimeoutMs, onHeld: held, ...own, signal: both })
    const symptom = symptomOf(answer, traitsOf(asked), (text) => client.redact(text))
    record({
      exchange: answer,
      outcome: client.redact(describeOutcome(answer)),
      generates: typeof asked === 'object',
      ...(symptom && { symptom }),
      ...(answer.outcome === 'failed' && { failure: answer.failure }),
    })
    // What the end of the check cut short says nothing about the service.
    if (signal.aborted && answer.outcome === 'failed') return parked
    if (!own.once && answer.outcome === 'failed' && answer.turnedAway) throw turnedAway(answer)
    return answer
  }
  const call = (operation: Operation) => watched((own) => client.call(operation, own), {}, operation)
  const generateOnce: Service['generate'] = (request, own) =>
    watched((merged) => client.generate(request, merged), own, request)
  /** A model may end inside its thought, by chance: then there is no content that its constraint could bind. */
  const generate: Service['generate'] = async (request, own) => {
    let answer = await generateOnce(request, own)
    const asksAgain = profile.reasoning && request.constraint && request.thinking !== 'counted'
    for (let again = 0; asksAgain && again < ENDED_IN_THOUGHT && endedInThought(answer); again++)
      answer = await generateOnce(request, own)
    return answer
  }

  return {
    profile,
    boots,
    generate,
    stream: (request, own) => generate({ includeUsage: true, ...request, stream: true }, own),
    answer: async (request, own) => completed(await generate(request, own)),
    async health() {
      const reply = await call('health')
      return { ok: saysHealthy(reply), tookMs: reply.timing.e2eMs, reply }
    },
    models: () => call('models'),
    async metrics() {
      const reply = await call('metrics')
      if (reply.outcome === 'failed')
        throw new CheckEnded('inconclusive', `/metrics: ${reply.message}`, [reply])
      return parseMetrics(reply.text)
    },
    send: (raw, own) => watched((merged) => client.send(raw, merged), own),
  }
}
