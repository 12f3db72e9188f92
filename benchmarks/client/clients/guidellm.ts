import { join } from 'node:path'
import { MODEL, PEERS, pythonPackage, readJson, TOKENIZER } from '../peers.ts'
import type { Client, SeenAnswer } from '../records.ts'
import { wallClockOffsetNs } from '../wall-clock.ts'

const ENVIRONMENT = join(PEERS, 'guidellm')

type Answer = {
  readonly response_id: string
  readonly info: {
    readonly timings: {
      readonly request_start: number
      readonly first_token_iteration: number
      readonly last_token_iteration: number
    }
  }
}

/** It keeps the wall-clock times of the first and of the last token of each answer, and its id. */
export const guidellm: Client = {
  name: 'GuideLLM',
  asksFor: 'streams',
  startsSlowly: true,
  isMeasuredSeldom: true,
  version: () => pythonPackage(ENVIRONMENT, 'guidellm'),
  command: ({ url, streams, requests, outputTokens, folder }) => ({
    argv: [
      ...[join(ENVIRONMENT, 'bin/guidellm'), 'run'],
      ...['--backend', `kind=openai_http,target=${url},model=${MODEL}`],
      ...['--profile', `kind=concurrent,streams=${streams}`],
      ...['--constraint', `kind=max_requests,count=${requests}`],
      ...['--tokenizer', `kind=huggingface_auto,model=${TOKENIZER}`],
      ...['--data', `kind=synthetic_text,prompt_tokens=16,output_tokens=${outputTokens}`],
      ...['--output', `kind=json,path=${join(folder, 'out.json')}`],
    ],
  }),
  read({ folder }) {
    const [{ metrics, requests }] = readJson(join(folder, 'out.json')).benchmarks
    const { time_to_first_token_ms: ttft, inter_token_latency_ms: gap, request_totals: totals } = metrics
    const quantilesOf = ({ p50, p99 }: Record<string, number>) => ({ p50: Number(p50), p99: Number(p99) })
    const offsetNs = wallClockOffsetNs()
    const ns = (seconds: number) => seconds * 1e9 - offsetNs
    const seen = requests.successful.map(({ response_id: id, info: { timings } }: Answer): SeenAnswer => {
      const { request_start: sent, first_token_iteration: first, last_token_iteration: last } = timings
      return { id, sentNs: ns(sent), atNs: [ns(first), ns(last)] }
    })
    return {
      ...{ completed: totals.successful, failed: totals.errored + totals.incomplete },
      ttftMs: quantilesOf(ttft.successful.percentiles),
      gapMs: { ...quantilesOf(gap.successful.percentiles), of: 'answers' },
      ...{ seen, stamps: 'first and last' },
    }
  },
}
