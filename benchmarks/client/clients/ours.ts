import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolVersion } from '../../../src/tool-version.ts'
import { readJson } from '../peers.ts'
import type { Client } from '../records.ts'

const SCRIPT = join(import.meta.dirname, '../load.ts')

/** The client of a load, without the command around it. */
export const ours: Client = {
  name: 'infergate client',
  asksFor: 'streams',
  hasOneProcess: true,
  version: toolVersion,
  command({ url, streams, requests, outputTokens, folder }) {
    const numbers = { streams, requests, tokens: outputTokens }
    return {
      argv: [
        ...[process.execPath, SCRIPT, '--url', url],
        ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
        ...['--out', join(folder, 'out.json')],
      ],
      // As the launcher has it: what was parsed once is not parsed at each start.
      env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    }
  },
  read({ folder }) {
    const { completed, failed, ttftMs, gapMs, answers, loopUtilisation } = readJson(join(folder, 'out.json'))
    return {
      ...{ completed, failed, ttftMs, loopUtilisation },
      gapMs: { ...gapMs, of: 'events' },
      ...{ seen: answers, stamps: 'every event' },
    }
  },
}
