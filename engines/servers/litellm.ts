import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { litellm, vllm } from '../programs.ts'
import type { Finding, Group } from '../row.ts'
import { freePort, type Server, workFolder } from '../start-server.ts'
import { startTool } from './tool.ts'
import { startVllm } from './vllm.ts'

/** Without a key of some length it does not start. */
const KEY = 'sk-a-key-of-these-tests-5b1c9e07d2a84f36'

async function startLitellm(engine: string): Promise<Server> {
  const file = join(workFolder(), 'config.yaml')
  const model = { model: 'hosted_vllm/tiny', api_base: `${engine}/v1`, api_key: 'none' }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ model_list: [{ model_name: 'tiny', litellm_params: model }] }))
  return startTool({
    ...{ environment: 'litellm', name: 'litellm', readyAt: '/health/liveliness' },
    args: ['--config', file, '--host', '127.0.0.1', '--port', '{port}', '--telemetry', 'False'],
    // Without the second it fetches a list of prices at each start.
    env: { LITELLM_MASTER_KEY: KEY, LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
  })
}

/** What a streamed answer with these fields holds of a pattern: how many times. */
const countCurl = (path: string, body: object, pattern: string): string =>
  `curl -sSN "$URL/v1/${path}" -H "Authorization: Bearer $INFERGATE_API_KEY" -H 'content-type: application/json' -d '${JSON.stringify({ model: 'tiny', max_tokens: 4, stream: true, ...body })}' | grep -o '${pattern}' | wc -l`

/** The status of a completion, or on another route, with this body. */
const statusCurl = (body: object, path = '/v1/completions'): string =>
  `curl -sS -o /dev/null -w '%{http_code}' "$URL${path}" -H "Authorization: Bearer $INFERGATE_API_KEY" -H 'content-type: application/json' -d '${JSON.stringify({ model: 'tiny', ...body })}'`

const FINDINGS: readonly Finding[] = [
  {
    ids: ['errors.wrong-types'],
    case: 'an object as prompt on completions',
    says: 'an object as prompt is a fault of the server: HTTP 500',
    curl: statusCurl({ prompt: { text: 'Say hello.' } }),
    shows: /^500$/,
  },
  {
    ids: ['errors.refuses-streamed'],
    case: 'a bad pattern, streamed on completions',
    says: 'what vLLM refuses in a stream becomes a fault of the server: HTTP 500',
    curl: statusCurl({ prompt: 'Say hello.', stream: true, structured_outputs: { regex: '(unclosed' } }),
    shows: /^500$/,
  },
  {
    ids: ['generation.gives-n-choices'],
    case: 'n: 3 streamed on completions',
    says: 'streamed completions lose their index: the texts of n choices are mixed',
    curl: countCurl('completions', { prompt: 'Tell me a story.', n: 3 }, '"index":[12]'),
    shows: /^ *0$/m,
  },
  {
    ids: ['generation.gives-n-choices'],
    case: 'n: 3 streamed on chat',
    says: 'of n streamed choices on chat the first alone has a finish reason',
    curl: countCurl(
      'chat/completions',
      { messages: [{ role: 'user', content: 'Tell me a story.' }], n: 3 },
      '"finish_reason":"',
    ),
    shows: /^ *1$/m,
  },
  {
    ids: ['generation.gives-logprobs'],
    case: 'logprobs streamed on completions',
    says: 'streamed completions lose their logprobs',
    curl: countCurl('completions', { prompt: 'Tell me a story.', logprobs: 1 }, 'token_logprobs'),
    shows: /^ *0$/m,
  },
  {
    ids: ['responses.refuses'],
    case: 'a number as input',
    says: 'a number as input of a response is a fault of the server: HTTP 500',
    curl: statusCurl({ input: 5 }, '/v1/responses'),
    shows: /^500$/,
  },
]

export const behindLitellm: Group = {
  title: 'vLLM behind LiteLLM',
  third: 2,
  programs: [vllm, litellm],
  behind: () => startVllm(),
  rows: [
    {
      id: 'litellm',
      title: 'LiteLLM proxy, `hosted_vllm`',
      expected: { verdict: 'PASS', findings: FINDINGS },
      apiKey: KEY,
      start: ({ url }) => startLitellm(url),
    },
    {
      id: 'litellm-dead-engine',
      title: 'LiteLLM proxy whose engine is not there',
      expected: { verdict: 'FAIL', names: /HTTP 500|[Cc]onnect/ },
      apiKey: KEY,
      start: async () => startLitellm(`http://127.0.0.1:${await freePort()}`),
    },
  ],
}
