import { empty } from '../http.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { patchJson } from './patch.ts'

const family = 'health'

/** How long a server says that it is ready before it is. */
const RACE_MS = 600

/** More than the load of any machine explains of a wait for the first answer (../../load.ts): it is to be found beside others too. */
const WARMING_MS = 4_500

/** A server that says that it is ready at the wrong moment. */
export const readinessFaults: readonly Fault[] = [
  {
    id: 'ready-race',
    says: `health is 200 and the next requests fail, for ${RACE_MS} ms`,
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/14092',
    dialects: BOTH,
    caughtBy: {
      'health.ready-means-ready': /health said yes, and the generation \d+ ms later failed: .*Loading model/,
    },
    arm: ({ clock }) => {
      // Counted from the first request that fails, so that a slow machine cannot sleep through the race.
      let since: number | undefined
      return {
        job: (job) => {
          since ??= clock.monotonicMs()
          if (clock.monotonicMs() - since <= RACE_MS) throw new Refusal(503, 'failed', 'Loading model')
          return job
        },
      }
    },
  },
  {
    id: 'ready-while-warming',
    says: 'health is 200 during the load; requests block until it is over',
    family,
    source: 'https://github.com/openvinotoolkit/model_server/pull/4143',
    dialects: BOTH,
    caughtBy: {
      'health.ready-after-loading': /health said yes after \d+ ms, the first answer took \d+ ms more/,
    },
    arm: ({ clock }) => {
      let loadedMs = 0
      return {
        load: ({ portMs }) => {
          loadedMs = clock.monotonicMs() + portMs + WARMING_MS
          return { portMs: 0 }
        },
        beforeTokens: async (_, __, signal) => {
          await clock.sleep(Math.max(0, loadedMs - clock.monotonicMs()), signal)
          return undefined
        },
      }
    },
  },
  {
    id: 'models-listed-before-weights',
    says: '/v1/models and /health answer 200 long before the weights are there; generation fails until then',
    family,
    source: 'https://github.com/ROCm/rocm-cli/pull/150',
    dialects: BOTH,
    caughtBy: {
      'health.ready-means-ready': /health said yes, and the generation \d+ ms later failed: .*still loading/,
    },
    arm: ({ clock }) => {
      let loadedMs = 0
      return {
        load: ({ portMs }) => {
          loadedMs = clock.monotonicMs() + portMs + 1_000
          return { portMs: 0 }
        },
        job: (job) => {
          if (clock.monotonicMs() < loadedMs) throw new Refusal(500, 'failed', 'The model is still loading.')
          return job
        },
      }
    },
  },
  {
    id: 'ready-with-zero-models',
    says: 'ready over an empty model list after a failed load',
    family,
    source: 'https://github.com/SeldonIO/MLServer/issues/2056',
    dialects: OPENAI,
    caughtBy: {
      'health.ready-means-ready':
        /health said yes, and the generation \d+ ms later failed: .*model does not exist/,
    },
    arm: () => ({
      reply: (reply, { path }) =>
        path === '/v1/models' ? patchJson(reply, (body) => ({ ...body, data: [] })) : reply,
      job: () => {
        throw new Refusal(404, 'not-found', 'The model does not exist.', 'model')
      },
    }),
  },
  {
    id: 'unready-until-first-call',
    says: 'health is 503 until somebody generates',
    family,
    source: 'https://github.com/kserve/kserve/issues/1915',
    dialects: BOTH,
    caughtBy: {
      'health.ready-by-itself': /health said no \(HTTP 503\) for \d+ s, and a generation was answered then/,
    },
    arm: () => {
      let called = false
      return {
        job: (job) => {
          called = true
          return job
        },
        reply: (reply, { path }) => (path === '/health' && !called ? empty(503) : reply),
      }
    },
  },
]
