import { vllm, vllmRouter } from '../programs.ts'
import type { Group } from '../row.ts'
import { freePort, type Server } from '../start-server.ts'
import { startTool } from './tool.ts'
import { startVllm } from './vllm.ts'

const startRouter = async (worker: string): Promise<Server> =>
  startTool({
    ...{ environment: 'vllm-router', name: 'vllm-router', readyAt: '/v1/models' },
    args: [
      ...['--host', '127.0.0.1', '--port', '{port}', '--worker-urls', worker],
      ...['--policy', 'round_robin', '--prometheus-port', String(await freePort())],
    ],
  })

/** vLLM's own load balancer, written in Rust: another server answers `/health`, `/metrics` and `/version`. */
export const behindRouter: Group = {
  title: 'vLLM behind vllm-router',
  third: 2,
  programs: [vllm, vllmRouter],
  behind: () => startVllm(),
  rows: [
    {
      id: 'vllm-router',
      title: 'vllm-router, one worker',
      expected: { verdict: 'PASS' },
      start: ({ url }) => startRouter(url),
    },
  ],
}
