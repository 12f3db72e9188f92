import { empty, json } from '../http.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { hang, isGeneration, patchJson } from './patch.ts'

const family = 'health'

/** Sequences that a server answers well before a fault of long running shows: readiness has passed by then. */
const GOOD_AT_FIRST = 12
/** Of sixteen in flight it makes more than the load of any machine explains (../../load.ts): it is to be found beside others too. */
const STARVED_MS = 400
/** The origin story's words, exactly. */
const ORIGIN_ERROR = "'AnankeLLM' object has no attribute 'llm'"

/** A server whose health says another thing than its generations. */
export const healthFaults: readonly Fault[] = [
  {
    id: 'health-green-generate-error',
    says: 'health is 200 while every generation is HTTP 200 with finish_reason "error" and an empty text',
    family,
    source: 'rand/ananke maze/modal_inference/BUG_FIX_REPORT.md',
    dialects: BOTH,
    caughtBy: {
      'health.agrees-with-generation':
        /health is green, but a generation failed: .*(?:no attribute 'llm'|finish reason \\"error\\")/,
    },
    arm: () => ({
      outputs: async function* () {
        yield { text: '', tokens: 0, token: '', logprob: 0, finish: 'error' }
      },
      satisfied: () => false,
      reply: (reply, { path }) =>
        isGeneration(path) && reply.status === 200
          ? patchJson(reply, (body) => ({
              ...body,
              metadata: { ...Object(body['metadata']), error: ORIGIN_ERROR, error_type: 'AttributeError' },
            }))
          : reply,
    }),
  },
  {
    id: 'engine-core-dead',
    says: `after ${GOOD_AT_FIRST} requests the engine takes no more: /health 200, generation sends nothing, waiting grows`,
    family,
    source: 'https://github.com/vllm-project/vllm/issues/39863',
    dialects: BOTH,
    caughtBy: { '*': /is wedged since .*health says HTTP 200, a generation got no answer/ },
    arm: (server) => afterGoodOnes(() => server.freezeQueue()),
  },
  {
    id: 'gpu-fault-health-200',
    says: `after ${GOOD_AT_FIRST} requests each generation fails with a CUDA error; health stays 200`,
    family,
    source: 'https://github.com/vllm-project/vllm/issues/36960',
    dialects: BOTH,
    caughtBy: { 'health.agrees-with-generation': /health is green, but a generation failed: .*CUDA error/ },
    arm: () =>
      afterGoodOnes(() => {
        throw new Refusal(500, 'failed', 'CUDA error: an illegal memory access was encountered')
      }),
  },
  {
    id: 'dead-engine-500-not-503',
    says: `the engine dies after ${GOOD_AT_FIRST} requests and /health says 500, not 503`,
    family,
    source: 'https://github.com/vllm-project/vllm/pull/24897',
    dialects: BOTH,
    caughtBy: { 'health.answers': /health is not well: .*HTTP 500/ },
    arm: () => {
      let dead = false
      return {
        ...afterGoodOnes(() => {
          dead = true
          throw new Refusal(
            500,
            'failed',
            'EngineCore encountered an issue. See stack trace for the root cause.',
          )
        }),
        reply: (reply, { path }) =>
          path === '/health' && dead ? json(500, { detail: 'Internal Server Error' }) : reply,
      }
    },
  },
  {
    id: 'decode-stall-health-ok',
    says: 'every third answer goes silent after five tokens, for ever; health is 200',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/27388',
    dialects: BOTH,
    caughtBy: {
      'generation.answers-every-time':
        /request \d+ of a row.* failed: timeout: "no complete answer within \d+ ms"/,
    },
    arm: () => {
      let sequences = 0
      return {
        tokens: (tokens, _, signal) => {
          sequences += 1
          return sequences % 3 === 0 ? stallAfter(tokens, 5, signal) : tokens
        },
      }
    },
  },
  {
    id: 'shallow-vs-deep-health',
    says: '/health is 200 while /health_generate is 503 and chat hangs',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/4191',
    dialects: OPENAI,
    caughtBy: { 'health.deep-agrees': /health is green, \/health_generate says http-status \(HTTP 503\)/ },
    arm: () => ({
      arrive: (reply, { path }) => (path === '/health_generate' ? empty(503) : reply),
      beforeTokens: (_, job, signal) => (job.route === 'chat' ? hang(signal) : undefined),
    }),
  },
  {
    id: 'probe-exhausts-engine',
    says: 'the 190th generation and all after it hang',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/1473',
    dialects: BOTH,
    caughtBy: { '*': /is wedged since .*health says HTTP 200, a generation got no answer/ },
    arm: () => {
      let count = 0
      return {
        beforeTokens: (_, __, signal) => {
          count += 1
          return count >= 190 ? hang(signal) : undefined
        },
      }
    },
  },
  {
    id: 'health-one-second-floor',
    says: 'health always takes one second',
    family,
    source: 'https://github.com/modelplaneai/modelplane/issues/206',
    dialects: BOTH,
    caughtBy: { 'health.is-quick': /the median health answer took \d{4} ms/ },
    arm: ({ clock }) => ({
      reply: async (reply, { path, signal }) => {
        if (path === '/health') await clock.sleep(1_000, signal)
        return reply
      },
    }),
  },
  {
    id: 'health-starved-by-burst',
    says: `health waits ${STARVED_MS} ms for each request in flight`,
    family,
    source: 'https://github.com/ray-project/ray/issues/54070',
    dialects: BOTH,
    caughtBy: { 'health.quick-under-load': /health took \d+ ms under load/ },
    arm: (server) => ({
      reply: async (reply, { path, signal }) => {
        if (path === '/health') await server.clock.sleep(STARVED_MS * server.inFlight(), signal)
        return reply
      },
    }),
  },
]

/** A `job` hook that spoils every sequence after the first good ones. */
function afterGoodOnes(spoil: () => void): ReturnType<Fault['arm']> {
  let count = 0
  return {
    job: (job) => {
      count += 1
      if (count > GOOD_AT_FIRST) spoil()
      return job
    },
  }
}

async function* stallAfter<T>(items: AsyncIterable<T>, good: number, signal: AbortSignal) {
  let count = 0
  for await (const item of items) {
    if (count++ === good) await hang(signal)
    yield item
  }
}
