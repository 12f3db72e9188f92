import { join } from 'node:path'
import { MODEL, PEERS, pythonPackage, readJson } from '../peers.ts'
import type { Client } from '../records.ts'

const ENVIRONMENT = join(PEERS, 'uvloop')
const SCRIPT = join(import.meta.dirname, '../uvloop_client.py')

/** The plain client that a competent person writes in an afternoon. */
export const uvloop: Client = {
  name: 'uvloop + aiohttp',
  asksFor: 'streams',
  hasOneProcess: true,
  version() {
    const [loop, http] = ['uvloop', 'aiohttp'].map((name) => pythonPackage(ENVIRONMENT, name))
    return loop && http && `uvloop ${loop}, aiohttp ${http}`
  },
  command({ url, streams, requests, outputTokens, folder }) {
    const numbers = { streams, requests, tokens: outputTokens }
    return {
      argv: [
        ...[join(ENVIRONMENT, 'bin/python'), SCRIPT, '--url', url, '--model', MODEL],
        ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
        ...['--out', join(folder, 'out.json')],
      ],
    }
  },
  read({ folder }) {
    const { completed, failed, ttftMs, gapMs, answers } = readJson(join(folder, 'out.json'))
    return {
      ...{ completed, failed, ttftMs },
      gapMs: { ...gapMs, of: 'events' },
      seen: answers,
      stamps: 'every event',
    }
  },
}
