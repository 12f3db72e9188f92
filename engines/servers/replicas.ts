import { nginx, vllm } from '../programs.ts'
import type { Expected, Group, Row } from '../row.ts'
import { withBehind } from '../start-server.ts'
import { startNginx } from './nginx.ts'
import { makeOtherWeights } from './other-weights.ts'
import { startVllm, structuredOutputs } from './vllm.ts'

/** The vLLM of the group and a second one of this row, round robin. */
const beside = (
  id: string,
  title: string,
  expected: Expected,
  flags: readonly string[] | (() => readonly string[]),
  settings?: Row['settings'],
): Row => ({
  id: `replicas${id}`,
  title: `two vLLM round robin${title}`,
  expected,
  ...(settings && { settings }),
  start: async ({ url }) => {
    const second = await startVllm(...(typeof flags === 'function' ? flags() : flags))
    return withBehind(await startNginx({ upstreams: [url, second.url] }), second)
  },
})

export const replicas: Group = {
  title: 'two replicas',
  third: 2,
  programs: [vllm, nginx],
  behind: () => startVllm(),
  rows: [
    beside('', '', { verdict: 'PASS' }, []),
    beside('-told', ', and `shared: true` is set', { verdict: 'PASS' }, [], { shared: true }),
    beside('-without-model', ', one of which serves another name', { verdict: 'FAIL', names: /404/ }, [
      '--served-model-name',
      'other',
    ]),
    beside(
      '-drifted',
      ', one of which may write white space',
      { verdict: 'FAIL', names: /white space/ },
      structuredOutputs({ backend: 'guidance' }),
    ),
    beside(
      '-other-weights',
      ', one of which serves other weights by the same name',
      { verdict: 'FAIL', names: /two servers answer under one name/ },
      () => ['--model', makeOtherWeights()],
    ),
  ],
}
