import { join } from 'node:path'
import { MODEL, pythonPackage, readJson, TOKENIZER } from '../peers.ts'
import type { Client, SeenAnswer } from '../records.ts'

const ENVIRONMENT = process.env['INFERGATE_VLLM_CPU']
const SCRIPT = join(import.meta.dirname, '../vllm_bench.py')

/** It keeps when each request was sent, on Python's `perf_counter`, which is CLOCK_MONOTONIC, and each gap. */
export const vllm: Client = {
  name: 'vllm bench serve',
  asksFor: 'streams',
  startsSlowly: true,
  isMeasuredSeldom: true,
  version: () => (ENVIRONMENT === undefined ? undefined : pythonPackage(ENVIRONMENT, 'vllm_cpu')),
  command: ({ url, streams, requests, outputTokens, folder }) => ({
    argv: [
      ...[join(String(ENVIRONMENT), 'bin/python'), SCRIPT, 'bench', 'serve'],
      ...['--backend', 'openai-chat', '--base-url', url, '--endpoint', '/v1/chat/completions'],
      ...['--model', MODEL, '--tokenizer', TOKENIZER, '--dataset-name', 'random'],
      ...['--random-input-len', '16', '--random-output-len', String(outputTokens), '--ignore-eos'],
      ...['--num-prompts', String(requests), '--max-concurrency', String(streams), '--disable-tqdm'],
      ...['--save-result', '--save-detailed', '--result-dir', folder, '--result-filename', 'out.json'],
    ],
    env: { VLLM_NO_USAGE_STATS: '1', DO_NOT_TRACK: '1' },
  }),
  read({ folder, outputTokens }) {
    const out = readJson(join(folder, 'out.json'))
    const seen = out.start_times.map((start: number, index: number): SeenAnswer => {
      const sentNs = start * 1e9
      let atNs = sentNs + out.ttfts[index] * 1e9
      const first = atNs
      const gaps = out.itls[index].map((seconds: number) => {
        atNs += seconds * 1e9
        return atNs
      })
      // The event that names the role, which has no content, is its first.
      return { sentNs, atNs: [first, ...gaps].slice(-outputTokens) }
    })
    return {
      ...{ completed: out.completed, failed: out.failed },
      ttftMs: { p50: out.median_ttft_ms, p99: out.p99_ttft_ms },
      gapMs: { p50: out.median_itl_ms, p99: out.p99_itl_ms, of: 'events' },
      ...{ seen, stamps: 'every event' },
    }
  },
}
