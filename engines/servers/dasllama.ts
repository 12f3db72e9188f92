import { dasllama, llamaCpp } from '../programs.ts'
import type { Group } from '../row.ts'
import type { Server } from '../start-server.ts'
import { makeGguf } from './gguf.ts'
import { startTool } from './tool.ts'

const startDasllama = (gguf: string): Promise<Server> =>
  startTool({
    ...{ environment: 'dasllama', name: 'dasllama-server', readyAt: '/v1/models' },
    args: ['--model', gguf, '--port', '{port}', '--gpu', 'off', '--threads', '1'],
  })

/** An engine of its own making (daslang), known by nothing here: no health route, no metrics, its own chat templates. */
export const dasllamaServer: Group = {
  title: 'dasLLAMA',
  third: 2,
  programs: [dasllama, llamaCpp],
  rows: [
    {
      id: 'dasllama',
      title: 'dasllama-server, which a word as `max_tokens` kills',
      expected: { verdict: 'FAIL', names: /a word as max_tokens/ },
      start: () => startDasllama(makeGguf('--end-name', '</s>')),
    },
  ],
}
