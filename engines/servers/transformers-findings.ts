import type { Finding } from '../row.ts'
import { chatCurl, responsesCurl, STATUS, schemaCurl } from './chat-curl.ts'

const ask = (content: string) => ({ messages: [{ role: 'user', content }], max_tokens: 24 })

/** What `transformers serve` 5 does of what a client may ask for: each is one cause, which several promises meet. */
export const TRANSFORMERS_FINDINGS: readonly Finding[] = [
  {
    ids: [
      ...['streaming.answers', 'streaming.ends-properly', 'streaming.ends-its-response'],
      ...['streaming.sends-usage', 'streaming.equals-full-greedy', 'streaming.holds-stops-back'],
      ...['streaming.arrives-in-pieces', 'streaming.keeps-flowing', 'streaming.keeps-streams-apart'],
      ...['errors.refuses-streamed', 'structured-outputs.schema-binds-streamed'],
      'generation.gives-logprobs',
      ...['generation.finishes-long-streams', 'generation.serves-together'],
      ...['forms.heeds-both-caps', 'identity.one-answer-is-one', 'identity.says-its-model'],
      'identity.answers-anew',
      ...['tools.one-call-at-most', 'tools.streams-calls'],
    ],
    says: 'no stream ends with [DONE]',
    curl: `${chatCurl({ ...ask('Say hello.'), stream: true })} | grep -c DONE`,
    shows: /^0$/m,
  },
  {
    ids: [
      ...['schema-binds', 'schema-binds-on-chat', 'holds-strings', 'holds-values', 'holds-numbers'],
      ...['holds-objects', 'holds-arrays', 'holds-references', 'holds-or-refuses', 'holds-escapes'],
      ...['recursion-is-survived', 'answers-are-json', 'keeps-constraints-apart'],
    ].map((id) => `structured-outputs.${id}`),
    says: 'response_format is accepted and ignored',
    curl: schemaCurl('Tell me a story.', { type: 'object', properties: { n: { type: 'integer' } } }),
    shows: /"content":"[A-Z]/,
  },
  {
    ids: ['errors.bad-schema'],
    says: 'nor is a schema that is none refused: it is not read',
    curl: schemaCurl('Tell me a story.', { type: 'no-such-type' }),
    shows: /"content":"[A-Z]/,
  },
  {
    ids: ['generation.keeps-seeds', 'generation.samples-freely'],
    says: 'temperature and seed are accepted and ignored: each answer is the greedy one',
    curl: `for seed in 1 2 3 4; do ${chatCurl({ ...ask('Tell me a story.'), temperature: 1.5 })} | grep -o '"content":"[^"]*"'; done | sort -u | wc -l`,
    shows: /^ *1$/m,
  },
  {
    ids: ['generation.stops-at-a-stop'],
    says: 'an answer ends at a stop string and shows it',
    curl: chatCurl({ ...ask('Say hello.'), temperature: 0, stop: ['ell'] }),
    shows: /"content":"Hell/,
  },
  {
    ids: ['generation.gives-n-choices'],
    says: 'n is accepted and ignored: one choice',
    curl: `${chatCurl({ ...ask('Say hello.'), n: 3 })} | grep -o '"finish_reason"' | wc -l`,
    shows: /^ *1$/m,
  },
  {
    ids: ['generation.obeys-penalties'],
    says: 'a frequency_penalty below 0 is a fault of the server: HTTP 500',
    curl: `${chatCurl({ ...ask('Say hello.'), frequency_penalty: -2 })} -o /dev/null -w '%{http_code}'`,
    shows: /^500$/,
  },
  {
    ids: ['errors.missing-prompt', 'errors.wrong-types'],
    says: 'a body that lacks its prompt, or holds a word where a number stands, is a fault of the server: HTTP 500',
    curl: `${chatCurl({ ...ask('Say hello.'), max_tokens: 'many' })} -o /dev/null -w '%{http_code}'`,
    shows: /^500$/,
  },
  {
    ids: ['errors.bad-tools'],
    case: 'a text as tools on chat',
    says: 'tools that are no list are a fault of the server: HTTP 500',
    curl: `${chatCurl({ ...ask('Say hello.'), tools: 'set_lamp' })} ${STATUS}`,
    shows: /^500$/,
  },
  {
    ids: ['responses.answers'],
    says: 'a response is streamed though nobody asked for a stream',
    curl: responsesCurl({ input: 'Say hello.', max_output_tokens: 16 }),
    shows: /^data: .*"type":"response\.created"/m,
  },
  {
    ids: ['responses.says-incomplete'],
    case: 'a cap, streamed',
    says: 'a response that its cap cut says that it is completed',
    curl: responsesCurl({ input: 'Tell me a story.', max_output_tokens: 16, stream: true }),
    shows: /"status":"completed".*"output_tokens":16,/,
  },
  {
    ids: ['responses.keeps-format'],
    says: 'text.format is accepted and ignored on /v1/responses',
    curl: responsesCurl({
      ...{ input: 'Tell me a story.', max_output_tokens: 40, stream: true },
      text: { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' } } },
    }),
    shows: /"delta":"[A-Z]/,
  },
]
