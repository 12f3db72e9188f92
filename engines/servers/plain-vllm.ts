import { vllm } from '../programs.ts'
import type { Group } from '../row.ts'
import { left } from '../start-server.ts'
import { startVllm, structuredOutputs } from './vllm.ts'

export const plainVllm: Group = {
  title: 'vLLM',
  third: 0,
  programs: [vllm],
  rows: [
    { id: 'vllm', title: 'vLLM, plain', expected: { verdict: 'PASS' }, start: () => startVllm() },
    {
      id: 'vllm-whitespace',
      title: 'vLLM, backend guidance that may write white space',
      expected: { verdict: 'FAIL', names: /runs? on in white space/ },
      start: () => startVllm(...structuredOutputs({ backend: 'guidance' })),
    },
    {
      id: 'vllm-lm-format-enforcer',
      title: 'vLLM, backend lm-format-enforcer, which this release cannot load',
      expected: { verdict: 'FAIL', names: /HTTP 500/ },
      start: () => startVllm(...structuredOutputs({ backend: 'lm-format-enforcer' })),
    },
  ],
}

const KEY = 'a-key-of-these-tests'
const couldNotRun = (names: RegExp) => ({ verdict: 'could not run', names }) as const

/** One server for all: what differs is who asks. */
export const vllmWithKey: Group = {
  title: 'vLLM --api-key',
  third: 0,
  programs: [vllm],
  behind: () => startVllm('--api-key', KEY),
  rows: [
    {
      id: 'vllm-key',
      title: 'vLLM `--api-key`, asked with the key',
      expected: { verdict: 'PASS' },
      apiKey: KEY,
      start: async (server) => left(server),
    },
    {
      id: 'vllm-key-wrong',
      title: 'vLLM `--api-key`, asked with another key',
      expected: couldNotRun(/Authorization: it was sent and refused/),
      apiKey: 'another-key',
      start: async (server) => left(server),
    },
    {
      id: 'vllm-key-none',
      title: 'vLLM `--api-key`, asked without a key',
      expected: couldNotRun(/set INFERGATE_API_KEY/),
      start: async (server) => left(server),
    },
  ],
}
