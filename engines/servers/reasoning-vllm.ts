import { vllm } from '../programs.ts'
import type { Finding, Group } from '../row.ts'
import { makeEndlessThinking, makeThinking } from './thinking-model.ts'
import { startVllm } from './vllm.ts'

const PARSER = ['--reasoning-parser', 'deepseek_r1'] as const

/** On the plain route nobody asked for a thought, and vLLM waits for its end all the same. */
const WAITS: Finding = {
  ids: ['structured-outputs.binds-before-a-thought'],
  says: 'on /v1/completions a constraint binds only after </think>, which no answer there has to hold',
  curl: `curl -sS "$URL/v1/completions" -H 'content-type: application/json' -d '${JSON.stringify({
    ...{ model: 'tiny', prompt: 'Tell me a story.', max_tokens: 24, temperature: 0 },
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: { type: 'object', properties: { n: { type: 'integer' } } } },
    },
  })}'`,
  shows: /"text": ?"[^{"]{9}/,
}

export const reasoningVllm: Group = {
  title: 'vLLM with a model that thinks',
  third: 0,
  programs: [vllm],
  rows: [
    {
      id: 'vllm-reasoning',
      title: 'vLLM `--reasoning-parser deepseek_r1`',
      expected: { verdict: 'PASS', findings: [WAITS] },
      start: () => startVllm('--model', makeThinking(), ...PARSER),
    },
    {
      id: 'vllm-reasoning-unparsed',
      title: 'vLLM with a model that thinks and no reasoning parser',
      expected: { verdict: 'PASS' },
      start: () => startVllm('--model', makeThinking()),
    },
    {
      id: 'vllm-reasoning-endless',
      title: 'vLLM `--reasoning-parser deepseek_r1`, a model whose thoughts never end',
      expected: { verdict: 'FAIL', names: /all of it stands in the reasoning/ },
      start: () => startVllm('--model', makeEndlessThinking(), ...PARSER),
    },
  ],
}
