import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MODEL, PEERS, pythonPackage, readJson, TOKENIZER } from '../peers.ts'
import type { Client, SeenAnswer } from '../records.ts'
import { wallClockOffsetNs } from '../wall-clock.ts'

const ENVIRONMENT = join(PEERS, 'aiperf')

/** It keeps the wall-clock time of each request, and of each event how long after the one before it was read. */
export const aiperf: Client = {
  name: 'AIPerf',
  asksFor: 'streams',
  startsSlowly: true,
  isMeasuredSeldom: true,
  version: () => pythonPackage(ENVIRONMENT, 'aiperf'),
  command: ({ url, streams, requests, outputTokens, folder }) => ({
    argv: [
      ...[join(ENVIRONMENT, 'bin/aiperf'), 'profile', '--model', MODEL, '--url', url],
      ...['--endpoint-type', 'chat', '--streaming'],
      ...['--concurrency', String(streams), '--request-count', String(requests)],
      ...['--tokenizer', TOKENIZER, '--isl', '16', '--osl', String(outputTokens), '--ui', 'none'],
      ...['--artifact-dir', folder],
    ],
    // Asked to stay offline, it takes the folder of the tokenizer for a name on the hub.
    env: { HF_HUB_OFFLINE: undefined },
  }),
  read({ folder, requests }) {
    const {
      time_to_first_token: ttft,
      inter_chunk_latency: gap,
      request_count: count,
    } = readJson(join(folder, 'profile_export_aiperf.json'))
    const offsetNs = wallClockOffsetNs()
    const lines = readFileSync(join(folder, 'profile_export.jsonl'), 'utf8').trim().split('\n')
    return {
      ...{ completed: count.avg, failed: requests - count.avg },
      ttftMs: { p50: ttft.p50, p99: ttft.p99 },
      gapMs: { p50: gap.p50, p99: gap.p99, of: 'events' },
      ...{ seen: lines.map((line) => seenOf(JSON.parse(line), offsetNs)), stamps: 'every event' },
    }
  },
}

type Line = {
  readonly metadata: { readonly request_start_ns: number }
  readonly metrics: {
    readonly time_to_first_token: { readonly value: number }
    readonly inter_chunk_latency: { readonly value: readonly number[] }
  }
}

function seenOf({ metadata, metrics }: Line, offsetNs: number): SeenAnswer {
  const sentNs = metadata.request_start_ns - offsetNs
  let atNs = sentNs + metrics.time_to_first_token.value * 1e6
  const gaps = metrics.inter_chunk_latency.value.map((ms) => {
    atNs += ms * 1e6
    return atNs
  })
  return { sentNs, atNs: [sentNs + metrics.time_to_first_token.value * 1e6, ...gaps] }
}
