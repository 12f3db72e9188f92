import { malformed } from '../refusal.ts'
import { withBody, without } from './edit-request.ts'
import { type Fault, OPENAI } from './fault.ts'

const family = 'forms'

/** One field in the several forms that clients send: two names of it, null, a string or a list. */
export const fieldFormFaults: readonly Fault[] = [
  {
    id: 'max-completion-tokens-ignored',
    says: 'max_completion_tokens has no effect, max_tokens has',
    family,
    source: 'https://github.com/abetlen/llama-cpp-python/issues/1907',
    dialects: OPENAI,
    caughtBy: {
      'forms.heeds-both-caps':
        /max_completion_tokens 4: a stream goes on after 48 pieces of text|max_completion_tokens allows 4: the field has no effect/,
    },
    arm: () => withBody(({ max_completion_tokens: _, ...body }) => body),
  },
  {
    id: 'max-completion-tokens-ignored-streamed',
    says: 'max_completion_tokens has no effect on a stream, it has on a whole answer',
    family,
    source: 'https://github.com/abetlen/llama-cpp-python/issues/1907',
    dialects: OPENAI,
    caughtBy: {
      'forms.heeds-both-caps': /max_completion_tokens 4: a stream goes on after 48 pieces of text/,
    },
    arm: () => withBody((body) => (body['stream'] === true ? without(body, 'max_completion_tokens') : body)),
  },
  {
    id: 'null-refused',
    says: 'a sampling field that is null is a 400',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/25515',
    dialects: OPENAI,
    caughtBy: {
      'forms.null-is-absent': /fails where temperature, top_p is null.*400.*must be number, but is null/,
    },
    arm: () =>
      withBody((body) => {
        const name = ['temperature', 'top_p', 'seed'].find((field) => body[field] === null)
        if (name !== undefined) throw malformed(`Field '${name}': type must be number, but is null`, name)
        return body
      }),
  },
  {
    id: 'null-stop-refused',
    says: 'stop is a 400 where it is null',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/pull/25538',
    dialects: OPENAI,
    caughtBy: { 'forms.null-is-absent': /fails where stop is null.*400.*Input should be a valid list/ },
    arm: () =>
      withBody((body) => {
        if (body['stop'] === null) throw malformed('stop: Input should be a valid list', 'stop')
        return body
      }),
  },
  {
    id: 'null-temperature-is-zero',
    says: 'temperature null is greedy, where an absent one is 1',
    family,
    source: 'https://github.com/Continuum-AI-Corp/OrcaRouter-Lite/issues/84',
    dialects: OPENAI,
    caughtBy: { 'forms.null-is-absent': /where optional fields are null \(alone: "temperature"\)/ },
    arm: () => withBody((body) => (body['temperature'] === null ? { ...body, temperature: 0 } : body)),
  },
  {
    id: 'null-penalty-is-two',
    says: 'presence_penalty null is read as the highest one',
    family,
    source: 'https://github.com/LostRuins/koboldcpp/issues/1503',
    dialects: OPENAI,
    caughtBy: { 'forms.null-is-absent': /where optional fields are null \(alone: "presence_penalty"\)/ },
    arm: () =>
      withBody((body) =>
        body['presence_penalty'] === null ? { ...body, presence_penalty: 2, temperature: 1.4 } : body,
      ),
  },
  {
    id: 'null-max-tokens-is-one',
    says: 'max_tokens null allows one token',
    family,
    source: 'https://github.com/LostRuins/koboldcpp/issues/1503',
    dialects: OPENAI,
    caughtBy: {
      'forms.null-is-absent': /with max_tokens null the answer is cut after 1 tokens, without the field/,
    },
    arm: () => withBody((body) => (body['max_tokens'] === null ? { ...body, max_tokens: 1 } : body)),
  },
  {
    id: 'null-stream-streams',
    says: 'a request whose stream is null gets a stream',
    family,
    source: 'https://github.com/theopenco/llmgateway/pull/596',
    dialects: OPENAI,
    caughtBy: { 'forms.null-is-absent': /fails where stream is null.*no JSON value .*data: \{/ },
    arm: () => withBody((body) => (body['stream'] === null ? { ...body, stream: true } : body)),
  },
  {
    id: 'stop-string-ignored',
    says: 'stop as a string does nothing, as a list it ends the answer',
    family,
    source: 'https://github.com/lm-sys/FastChat/pull/1923',
    dialects: OPENAI,
    caughtBy: {
      'forms.stops-at-both-forms':
        /with stop "-\w+" as a string the answer ".*" has to end after ".*": it is "\w+-/,
    },
    arm: () => withBody((body) => (typeof body['stop'] === 'string' ? without(body, 'stop') : body)),
  },
  {
    id: 'stop-string-refused',
    says: 'stop as a string is a 400, as a list it is taken',
    family,
    source: 'https://github.com/raullenchai/Rapid-MLX/issues/2358',
    dialects: OPENAI,
    caughtBy: {
      'forms.stops-at-both-forms': /stop as a string is not answered: .*400.*Input should be a valid list/,
    },
    arm: () =>
      withBody((body) => {
        if (typeof body['stop'] === 'string') throw malformed('stop: Input should be a valid list', 'stop')
        return body
      }),
  },
  {
    id: 'stop-string-by-letter',
    says: 'stop as a string stops at each of its characters',
    family,
    source: 'https://github.com/lm-sys/FastChat/pull/1923',
    dialects: OPENAI,
    caughtBy: {
      'forms.stops-at-both-forms':
        /with stop "-\w+" as a string the answer ".*" has to end after ".*": it is "\w*",/,
    },
    arm: () =>
      withBody((body) =>
        typeof body['stop'] === 'string' ? { ...body, stop: [...body['stop']].slice(-4) } : body,
      ),
  },
]
