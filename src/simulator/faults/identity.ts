import { type Asked, type Hooks, headerOf } from '../hooks.ts'
import type { Reply, Stream } from '../http.ts'
import { BOTH, type Fault, type FaultyServer, OPENAI } from './fault.ts'
import { isDone, isGeneration, type JsonObject, patchEvents, patchJson } from './patch.ts'
import { replayCache } from './replay-cache.ts'

const family = 'identity'

/** Who answered: ids, times, models, and answers that are nobody's or somebody else's. */
export const identityFaults: readonly Fault[] = [
  {
    id: 'id-per-chunk',
    says: 'every chunk of a stream has another id',
    family,
    source: 'https://github.com/BerriAI/litellm/issues/38098',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /one stream has \d+ ids: "chatcmpl-/ },
    arm: ({ random }) => eachPart((part) => ({ ...part, id: `chatcmpl-${random.marker(24)}` })),
  },
  {
    id: 'id-for-all',
    says: 'each answer has the same id, which is a number of the session',
    family,
    source: 'https://github.com/InternLM/lmdeploy/pull/4707',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /answers to different requests have one id, "1"/ },
    arm: () => eachPart((part) => ({ ...part, id: '1' })),
  },
  {
    id: 'id-empty',
    says: 'the id is an empty text',
    family,
    source: 'https://github.com/huggingface/text-generation-inference/issues/1782',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /the id of an answer is "", not a text/ },
    arm: () => eachPart((part) => ({ ...part, id: '' })),
  },
  {
    id: 'id-absent-in-stream',
    says: 'the chunks of a stream have no id',
    family,
    source: 'https://github.com/64bit/async-openai/pull/408',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /the id of an answer is absent, not a text/ },
    arm: () => ({ stream: (stream) => patchParts(stream, ({ id: _, ...part }) => part) }),
  },
  {
    id: 'created-zero',
    says: 'created is 0',
    family,
    source: 'https://github.com/mudler/LocalAI/pull/1164',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /created is 0, where the seconds since 1970 are \d{10}/ },
    arm: () => eachPart((part) => ({ ...part, created: 0 })),
  },
  {
    id: 'created-in-ms',
    says: 'created counts milliseconds',
    family,
    source: 'https://github.com/mlc-ai/web-llm/issues/829',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /created is \d{13}, where .*: it counts milliseconds/ },
    arm: () => eachPart((part) => ({ ...part, created: Number(part['created']) * 1_000 + 789 })),
  },
  {
    id: 'created-fraction',
    says: 'created is a number of seconds with a fraction',
    family,
    source: 'https://github.com/Mintplex-Labs/anything-llm/issues/2920',
    dialects: OPENAI,
    caughtBy: { 'identity.one-answer-is-one': /created is \d+\.\d+, not a whole number of seconds/ },
    arm: () => eachPart((part) => ({ ...part, created: Number(part['created']) + 0.789 })),
  },
  {
    id: 'object-of-whole-in-stream',
    says: 'the chunks of a chat stream call themselves text_completion',
    family,
    source: 'https://github.com/ray-project/ray-llm/issues/43',
    dialects: OPENAI,
    caughtBy: {
      'identity.one-answer-is-one':
        /the object of the answer is "text_completion", not "chat\.completion\.chunk"/,
    },
    arm: () => ({
      stream: (stream, { path }) =>
        path.includes('chat')
          ? patchParts(stream, (part) => ({ ...part, object: 'text_completion' }))
          : stream,
    }),
  },
  {
    id: 'model-of-another',
    says: 'answers name another model than the one that was asked for',
    family,
    source: 'https://github.com/znlsl/Antigravity2Api/pull/19',
    // A request of the ananke dialect names no model, and no list does: there nothing can be another one.
    dialects: OPENAI,
    caughtBy: { 'identity.says-its-model': /the answer names the model "another-model-7b"/ },
    arm: () => eachPart(named('another-model-7b')),
  },
  {
    id: 'model-changes',
    says: 'every third answer names another model: part of the traffic goes to it',
    family,
    source: 'https://github.com/tashfeenahmed/freellmapi/issues/568',
    dialects: BOTH,
    caughtBy: {
      'identity.says-its-model': /the answer names the model "default"|answered by 2 models: .*"default"/,
    },
    arm: () => {
      let count = 0
      return eachAnswer((change) => {
        count += 1
        return count % 3 === 0 ? change(named('default')) : change((part) => part)
      })
    },
  },
  {
    id: 'model-empty-in-stream',
    says: 'the chunks of a stream name no model',
    family,
    source: 'https://github.com/microsoft/foundry-local/issues/144',
    dialects: OPENAI,
    caughtBy: { 'identity.says-its-model': /the model is null, not a text/ },
    arm: () => ({ stream: (stream) => patchParts(stream, (part) => ({ ...part, model: null })) }),
  },
  {
    id: 'replay-cache',
    says: 'an equal request gets the stored answer, id and all, whatever its temperature',
    family,
    source: 'https://github.com/promptfoo/promptfoo/pull/10605',
    dialects: BOTH,
    caughtBy: {
      'identity.answers-anew':
        /sent after the first was answered, gets an answer with the id ".*" of another and its text|6 of 7 equal requests at temperature 1\.5, sent one after the other, get one text/,
    },
    arm: () => replayCache({ key: ({ body }) => body }),
  },
  {
    id: 'replay-cache-new-id',
    says: 'an equal request gets the stored text under an id and a time of its own',
    family,
    source: 'https://github.com/theopenco/llmgateway/pull/3877',
    dialects: BOTH,
    caughtBy: {
      'identity.answers-anew':
        /6 of 7 equal requests at temperature 1\.5, sent one after the other, get one text/,
    },
    arm: (server) => replayCache({ key: ({ body }) => body, renew: () => renewed(server) }),
  },
  {
    id: 'replay-cache-streams-only',
    says: 'an equal streamed request gets the stored events under a new id; whole answers are made anew',
    family,
    source: 'https://github.com/vllm-project/semantic-router/issues/3036',
    dialects: OPENAI,
    caughtBy: {
      'identity.answers-anew':
        /a stream asked again.*6 of 7 equal requests at temperature 1\.5, .*get one text/,
    },
    arm: (server) => {
      const { stream } = replayCache({ key: ({ body }) => body, renew: () => renewed(server) })
      return stream ? { stream } : {}
    },
  },
  {
    id: 'replay-cache-by-prompt',
    says: 'a request gets the stored answer to its prompt, whatever its temperature, length or seed',
    family,
    source: 'https://github.com/Continuum-AI-Corp/OrcaRouter-Lite/issues/84',
    dialects: OPENAI,
    caughtBy: {
      'identity.answers-anew':
        /sent after the first was answered, gets an answer with the id ".*" of another and its text/,
    },
    arm: () =>
      replayCache({
        key: ({ body }) => {
          const { model, prompt, messages, response_format, structured_outputs } = Object(body)
          return { model, prompt, messages, response_format, structured_outputs }
        },
      }),
  },
  {
    id: 'equal-requests-share',
    says: 'equal requests in flight at once share one answer',
    family,
    source: 'https://github.com/nex-crm/wuphf/issues/823',
    dialects: BOTH,
    caughtBy: {
      'identity.answers-each':
        /6 equal requests at once(?:: two get the id ".*" of another and its text|, at temperature 1\.5, get one text)/,
    },
    arm: shareAnswers,
  },
  {
    id: 'request-ids-swapped',
    says: 'with others in flight an answer has the id of the request that came after it',
    family,
    source: 'https://github.com/ray-project/ray/issues/45723',
    dialects: OPENAI,
    caughtBy: {
      'identity.echoes-request-ids': /the request with the id [\w-]+ gets the id [\w-]+, another request.s/,
    },
    arm: swapIds,
  },
]

type Change = (part: JsonObject) => JsonObject

const patchParts = (stream: Stream, change: Change): Stream =>
  patchEvents(stream, (event) => [isDone(event) ? event : JSON.stringify(change(JSON.parse(event)))])

/** Changes each whole answer and each event of a stream. */
const eachPart = (change: Change): Partial<Hooks> => eachAnswer((apply) => apply(change))

/** Called once an answer; what it applies changes the answer, or each event of it. */
function eachAnswer(answer: <A>(apply: (change: Change) => A) => A): Partial<Hooks> {
  const isAnswer = (reply: Reply, { path }: Asked) => isGeneration(path) && reply.status === 200
  return {
    reply: (reply, asked) => (isAnswer(reply, asked) ? answer((change) => patchJson(reply, change)) : reply),
    stream: (stream) => answer((change) => patchParts(stream, change)),
  }
}

const named =
  (name: string): Change =>
  (part) => ({ ...part, ['model_name' in part ? 'model_name' : 'model']: name })

/** An id and a time of its own, for all of one answer. */
function renewed({ random, clock }: FaultyServer): Change {
  const own = { id: `chatcmpl-${random.marker(24)}`, created: Math.floor(clock.now().getTime() / 1_000) }
  return (part) => ('id' in part ? { ...part, ...own } : part)
}

/** As long as one of several equal requests is under way, all of them get the answer that is ready first. */
function shareAnswers(): Partial<Hooks> {
  const shared = new Map<string, { waiting: number; answer?: Reply }>()
  const nameOf = ({ path }: Asked, body: unknown) => `${path} ${JSON.stringify(body)}`
  return {
    body: (body, asked) => {
      const name = nameOf(asked, body)
      const entry = shared.get(name) ?? { waiting: 0 }
      shared.set(name, { ...entry, waiting: entry.waiting + 1 })
      return body
    },
    reply: (reply, asked) => {
      const name = nameOf(asked, asked.body)
      const { waiting = 0, answer = reply } = shared.get(name) ?? {}
      if (waiting <= 1) shared.delete(name)
      else shared.set(name, { waiting: waiting - 1, answer })
      return answer
    },
  }
}

/** What came last is what an answer is filed under. */
function swapIds(): Partial<Hooks> {
  let last = ''
  return {
    body: (body, asked) => {
      last = headerOf(asked, 'x-request-id') ?? last
      return body
    },
    reply: (reply, asked) => {
      const own = headerOf(asked, 'x-request-id') ?? last
      return isGeneration(asked.path)
        ? patchJson(reply, (part) => ({ ...part, id: String(part['id']).replace(own, last) }))
        : reply
    },
  }
}
