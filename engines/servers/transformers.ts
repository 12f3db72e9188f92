import { join } from 'node:path'
import { root } from '../../testing/run-cli.ts'
import { transformers, vllm } from '../programs.ts'
import type { Group } from '../row.ts'
import type { Server } from '../start-server.ts'
import { startTool } from './tool.ts'
import { TRANSFORMERS_FINDINGS } from './transformers-findings.ts'

const startTransformers = (): Promise<Server> =>
  startTool({
    ...{ environment: 'transformers', name: 'transformers', readyAt: '/health' },
    args: [
      ...['serve', join(root, 'fixtures/vllm-cpu/model'), '--host', '127.0.0.1', '--port', '{port}'],
      ...['--device', 'cpu'],
    ],
    env: { HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1', DO_NOT_TRACK: '1' },
  })

/** Its torch is vLLM's: engines/install.sh. */
export const transformersServe: Group = {
  title: 'transformers serve',
  third: 2,
  programs: [transformers, vllm],
  rows: [
    {
      id: 'transformers',
      title: '`transformers serve`',
      expected: { verdict: 'PASS', findings: TRANSFORMERS_FINDINGS },
      start: () => startTransformers(),
    },
  ],
}
