import { Refusal } from '../refusal.ts'
import { failedAnswer } from './failed-answer.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'

const family = 'answers'

/** Usage and errors. */
export const answerFaults: readonly Fault[] = [
  {
    id: 'usage-zero',
    says: 'all token counts are 0 beside a text',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/23007',
    dialects: BOTH,
    caughtBy: { 'generation.counts-tokens': /a text of \d+ characters counts 0 tokens/ },
    arm: () => ({ usage: () => ({ promptTokens: 0, completionTokens: 0, totalTokens: 0 }) }),
  },
  {
    id: 'total-not-sum',
    says: 'total_tokens counts the completion only',
    family,
    source: 'https://github.com/sgl-project/sglang/issues/10012',
    dialects: OPENAI,
    caughtBy: { 'generation.total-is-the-sum': /total \d+ is not \d+ \+ \d+/ },
    arm: () => ({ usage: (usage) => ({ ...usage, totalTokens: usage.completionTokens }) }),
  },
  {
    id: 'invalid-param-200',
    says: 'a refused value, temperature −1 say, becomes HTTP 200 with finish_reason "error" and an empty text',
    family,
    source: 'rand/ananke maze/modal_inference/inference.py',
    dialects: BOTH,
    caughtBy: {
      'errors.bad-parameters': /temperature -1.*: not refused as a bad request: service-error \(HTTP 200\)/,
    },
    arm: ({ model }) => ({
      refused: (reply, refusal, asked) =>
        ['value', 'too-long', 'constraint'].includes(refusal.kind)
          ? failedAnswer(model, asked.path, refusal.message)
          : reply,
    }),
  },
  {
    id: 'too-long-500',
    says: 'a prompt longer than the context is a 500',
    family,
    source: 'https://github.com/kserve/kserve/pull/3886',
    dialects: BOTH,
    caughtBy: {
      'errors.too-long-prompt':
        /a prompt of \d+ characters.*not refused as a bad request: http-status \(HTTP 500\)/,
    },
    arm: () => ({
      refusal: (refusal) =>
        refusal.kind === 'too-long' ? new Refusal(500, 'too-long', 'Internal Server Error') : refusal,
    }),
  },
  {
    id: 'traceback-leak',
    says: 'error bodies hold the remote traceback',
    family,
    source: 'https://github.com/ray-project/ray/issues/64832',
    dialects: BOTH,
    caughtBy: { 'errors.no-traceback': /the answer holds "Traceback \(most recent call last\)"/ },
    arm: () => ({
      refusal: ({ status, kind, message, param }) =>
        new Refusal(status, kind, `${TRACEBACK}ValueError: ${message}`, param),
    }),
  },
  {
    id: 'bad-constraint-kills-engine',
    says: 'a schema or regex that does not compile kills the engine for everyone',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/17313',
    dialects: BOTH,
    caughtBy: {
      'structured-outputs.holds-or-refuses': /the answer failed: .*EngineCore encountered an issue/,
    },
    arm: (server) => ({
      refusal: (refusal) => {
        if (refusal.kind !== 'constraint') return refusal
        server.killEngine()
        return new Refusal(
          500,
          'failed',
          'EngineCore encountered an issue. See stack trace for the root cause.',
        )
      },
    }),
  },
  {
    id: '415-under-load',
    says: 'valid JSON gets 415 as the load rises',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/14333',
    dialects: BOTH,
    caughtBy: { 'generation.serves-a-crowd': /a request, 48 at once failed: http-status \(HTTP 415\)/ },
    arm: (server) => ({
      body: (body) => {
        if (server.inFlight() < CROWD) return body
        throw new Refusal(415, 'failed', "Unsupported Media Type: Only 'application/json' is allowed")
      },
    }),
  },
  {
    id: 'queue-full-500',
    says: 'more requests than the queue holds (here 16) get 500 in place of 429 or 503',
    family,
    source: 'https://github.com/tenstorrent/tt-inference-server/pull/863',
    dialects: BOTH,
    caughtBy: { 'generation.serves-a-crowd': /a request, 48 at once failed: http-status \(HTTP 500\)/ },
    arm: (server) => ({
      body: (body) => {
        if (server.inFlight() < CROWD) return body
        throw new Refusal(500, 'failed', 'Internal Server Error')
      },
    }),
  },
  {
    id: 'disconnect-keeps-generating',
    says: 'the client has gone and the engine works on to the cap',
    family,
    source: 'https://github.com/xorbitsai/inference/issues/5548',
    dialects: BOTH,
    caughtBy: {
      'streaming.disconnect-frees': /\d+ requests still run \d+ ms after (?:the client|all clients) left/,
    },
    needs: 'a count of what runs: ananke has no /metrics, and nothing else tells',
    arm: () => ({ stopWhenGone: () => false }),
  },
  {
    id: 'bad-constraint-500-empty',
    says: 'a malformed response_format or structured_outputs is a 500 with an empty message',
    family: 'structured',
    source: 'https://github.com/vllm-project/vllm/issues/57725',
    dialects: OPENAI,
    caughtBy: { 'errors.bad-schema': /not refused as a bad request: http-status \(HTTP 500\)/ },
    arm: () => ({
      refusal: (refusal) =>
        refusal.kind === 'constraint' || CONSTRAINT_PARAMS.includes(refusal.param ?? '')
          ? new Refusal(500, 'failed', '')
          : refusal,
    }),
  },
  {
    id: 'nested-response-format-500',
    says: 'a response_format nested one level wrong is a 500',
    family: 'structured',
    source: 'https://github.com/vllm-project/vllm/issues/35438',
    dialects: OPENAI,
    caughtBy: { 'errors.malformed-constraint': /not refused as a bad request: http-status \(HTTP 500\)/ },
    arm: () => ({
      refusal: (refusal) =>
        refusal.param === 'response_format'
          ? new Refusal(500, 'failed', "'NoneType' object has no attribute 'json_schema'")
          : refusal,
    }),
  },
]

/** Requests in flight from which a server counts as loaded: few, so that a short burst shows it. */
const CROWD = 16

const CONSTRAINT_PARAMS = ['structured_outputs', 'response_format']

const TRACEBACK = `Traceback (most recent call last):
  File "/usr/local/lib/python3.12/dist-packages/vllm/entrypoints/openai/serving_completion.py", line 142, in create_completion
    sampling_params = request.to_sampling_params(max_tokens)
`
