import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bodyOf, PEERS, readJson } from '../peers.ts'
import type { Client } from '../records.ts'

const PACKAGE = join(PEERS, 'npm/node_modules/autocannon')

/** HTTP alone: it reads no stream, and its latencies are whole milliseconds. */
export const autocannon: Client = {
  name: 'autocannon',
  asksFor: 'whole answers',
  hasOneProcess: true,
  version() {
    const file = join(PACKAGE, 'package.json')
    return existsSync(file) ? readJson(file).version : undefined
  },
  command: ({ url, streams, requests, outputTokens }) => ({
    argv: [
      ...[process.execPath, join(PACKAGE, 'autocannon.js'), '--json', '--no-progress'],
      ...['-c', String(streams), '-a', String(requests), '-m', 'POST'],
      ...['-H', 'content-type=application/json', '-b', bodyOf(outputTokens)],
      `${url}/v1/chat/completions`,
    ],
  }),
  read(_, stdout) {
    const { latency, errors, non2xx, '2xx': completed } = JSON.parse(stdout)
    return { completed, failed: errors + non2xx, e2eMs: { p50: latency.p50, p99: latency.p99 } }
  },
}
