import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bodyOf, PEERS, readJson } from '../peers.ts'
import type { Client } from '../records.ts'

const PROGRAM = join(PEERS, 'k6/bin/k6')
const SCRIPT = join(import.meta.dirname, '../k6-script.js')

/** HTTP alone: it reads no stream. */
export const k6: Client = {
  name: 'k6',
  asksFor: 'whole answers',
  isMeasuredSeldom: true,
  hasOneProcess: true,
  version() {
    if (!existsSync(PROGRAM)) return undefined
    return /v([\d.]+)/.exec(spawnSync(PROGRAM, ['version'], { encoding: 'utf8' }).stdout)?.[1]
  },
  command: ({ url, streams, requests, outputTokens, folder }) => ({
    argv: [
      ...[PROGRAM, 'run', '--quiet', '--no-usage-report', '--vus', String(streams)],
      ...['--iterations', String(requests), '--summary-export', join(folder, 'out.json')],
      ...['--summary-trend-stats', 'p(50),p(99)'],
      SCRIPT,
    ],
    env: { TARGET: `${url}/v1/chat/completions`, BODY: bodyOf(outputTokens) },
  }),
  read({ folder }) {
    const {
      http_req_duration: duration,
      http_req_failed: failed,
      http_reqs: all,
    } = readJson(join(folder, 'out.json')).metrics
    // Of a rate k6 counts as `passes` the requests that it is true of: those that failed.
    return {
      ...{ completed: all.count - failed.passes, failed: failed.passes },
      e2eMs: { p50: duration['p(50)'], p99: duration['p(99)'] },
    }
  },
}
