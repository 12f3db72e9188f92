import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bodyOf, PEERS } from '../peers.ts'
import type { Client } from '../records.ts'

const PROGRAM = join(PEERS, 'oha/bin/oha')

/** HTTP alone: it reads no stream. */
export const oha: Client = {
  name: 'oha',
  asksFor: 'whole answers',
  isMeasuredSeldom: true,
  hasOneProcess: true,
  version() {
    if (!existsSync(PROGRAM)) return undefined
    return /([\d.]+)/.exec(spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout)?.[1]
  },
  command: ({ url, streams, requests, outputTokens }) => ({
    argv: [
      ...[PROGRAM, '--no-tui', '--output-format', 'json', '-n', String(requests), '-c', String(streams)],
      ...['-m', 'POST', '-T', 'application/json', '-d', bodyOf(outputTokens)],
      `${url}/v1/chat/completions`,
    ],
  }),
  read({ requests }, stdout) {
    const { latencyPercentiles: latency, statusCodeDistribution: statuses } = JSON.parse(stdout)
    const completed = statuses['200'] ?? 0
    return {
      ...{ completed, failed: requests - completed },
      e2eMs: { p50: latency.p50 * 1_000, p99: latency.p99 * 1_000 },
    }
  },
}
