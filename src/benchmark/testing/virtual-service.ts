import type { LoadClient, Prepared } from '../../client/index.ts'
import type { Clock } from '../../clock.ts'
import type { GenerationRequest, LoadAnswer } from '../../records/index.ts'

/** What became of a request: how long it takes, and what is not as usual in its answer. */
export type Reply = Partial<LoadAnswer> & { readonly e2eMs: number }

/** A service on a virtual clock that answers by rule: when a request came, and the how-manieth it was. Tests only. */
export function virtualService(clock: Clock, reply: (atMs: number, index: number) => Reply) {
  const asked: GenerationRequest[] = []
  let [inFlight, most] = [0, 0]
  const requests = new Map<Prepared, GenerationRequest>()
  const client: LoadClient = {
    prepare(request) {
      const prepared = {
        ...{
          operation: request.route ?? 'generate',
          body: '',
          isStreamed: true,
          headers: {},
          hasTags: false,
        },
      } satisfies Prepared
      requests.set(prepared, request)
      return prepared
    },
    async send(prepared, { signal } = {}) {
      const sentAtMs = clock.monotonicMs()
      const request = requests.get(prepared)
      if (request) asked.push(request)
      most = Math.max(most, ++inFlight)
      const { e2eMs, ...others } = reply(sentAtMs, asked.length - 1)
      const isWhole = await clock.sleep(e2eMs, signal).then(
        () => true,
        () => false,
      )
      inFlight--
      return {
        ...{ sentAtMs, e2eMs: clock.monotonicMs() - sentAtMs, chunkAtMs: [], reads: 1, bytes: 1, events: 1 },
        ...{ text: `answer ${asked.length}`, usage: { completionTokens: request?.maxTokens ?? 0 } },
        ...(isWhole ? others : { failure: 'aborted' as const, message: 'aborted by the caller' }),
      }
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
  return { client, asked, most: () => most }
}
