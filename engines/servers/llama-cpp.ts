import { join } from 'node:path'
import { root } from '../../testing/run-cli.ts'
import { llamaCpp } from '../programs.ts'
import type { Finding, Group } from '../row.ts'
import type { Server } from '../start-server.ts'
import { chatCurl, responsesCurl, STATUS, schemaCurl } from './chat-curl.ts'
import { makeGguf } from './gguf.ts'
import { startTool } from './tool.ts'

const startLlamaCpp = (gguf: string): Promise<Server> =>
  startTool({
    ...{ environment: 'llama', name: 'python', readyAt: '/health' },
    args: [join(root, 'fixtures/engines/llama_server.py'), gguf, '{port}'],
  })

const object = (property: string, schema: object) => ({
  type: 'object',
  properties: { [property]: schema },
  required: [property],
})

/** Its grammars are made of a part of JSON Schema; what is beyond that part is dropped in silence. */
const FINDINGS: readonly Finding[] = [
  {
    ids: ['structured-outputs.holds-strings'],
    says: 'maxLength beside a pattern is dropped in silence',
    curl: schemaCurl(
      'Write forty letters.',
      object('word', { type: 'string', pattern: '^[a-z]*$', maxLength: 3 }),
    ),
    shows: /word\W+[a-z]{4}/,
  },
  {
    ids: ['structured-outputs.holds-or-refuses'],
    says: 'multipleOf, not, uniqueItems, contains, if/then and others are dropped in silence',
    curl: schemaCurl(
      'Give a number.',
      object('n', { type: 'integer', minimum: 1, maximum: 5_000, multipleOf: 1_000 }),
    ),
    shows: /\{\W*n\W+\d{1,3}\b/,
  },
  {
    ids: ['errors.bad-tools'],
    says: 'a tool without its function, or tools that are no list, are a fault of the server: HTTP 500',
    curl: `${chatCurl({ messages: [{ role: 'user', content: 'Hi' }], tools: [{ type: 'function' }] })} ${STATUS}`,
    shows: /^500$/,
  },
  {
    ids: ['responses.says-incomplete'],
    says: 'a response that its cap cut says that it is completed',
    curl: responsesCurl({ input: 'Tell me a story.', max_output_tokens: 16, temperature: 0 }),
    shows: /"status":"completed","usage":\{"input_tokens":\d+,"output_tokens":16,/,
  },
  {
    ids: ['responses.keeps-format'],
    says: 'text.format is accepted and ignored on /v1/responses',
    curl: responsesCurl({
      ...{ input: 'Tell me a story.', max_output_tokens: 40 },
      text: { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' } } },
    }),
    shows: /"text":"[A-Z]/,
  },
]

export const llamaCppServer: Group = {
  title: "llama.cpp's server",
  third: 2,
  programs: [llamaCpp],
  rows: [
    {
      id: 'llama-cpp',
      title: "llama.cpp's server",
      expected: { verdict: 'PASS', findings: FINDINGS },
      start: () => startLlamaCpp(makeGguf()),
    },
    {
      id: 'llama-cpp-wrong-end',
      title: "llama.cpp's server, a GGUF with the wrong end token",
      expected: { verdict: 'FAIL', names: /end(?:s|ed)? by (?:itself|themselves)/ },
      start: () => startLlamaCpp(makeGguf('--end-token', '0')),
    },
  ],
}
