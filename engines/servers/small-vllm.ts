import { vllm } from '../programs.ts'
import type { Group } from '../row.ts'
import { startVllm } from './vllm.ts'

/** vLLM that has room for little. */
export const smallVllm: Group = {
  title: 'vLLM with small limits',
  third: 0,
  programs: [vllm],
  rows: [
    {
      id: 'vllm-small-queue',
      title: 'vLLM `--max-num-seqs 2 --max-num-queued-reqs 4`',
      expected: { verdict: 'PASS' },
      start: () => startVllm('--max-num-seqs', '2', '--max-num-queued-reqs', '4'),
    },
    ...['128', '160'].map((tokens) => ({
      id: `vllm-context-${tokens}`,
      title: `vLLM \`--max-model-len ${tokens}\``,
      expected: { verdict: 'PASS' } as const,
      start: () => startVllm('--max-model-len', tokens),
    })),
  ],
}
