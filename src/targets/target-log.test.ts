import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { TargetLog } from './target-log.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-log-'))
/** No character of it stands in its label, in the filler or in an escape. */
const value = 'ZQ"XJ/ZQ"XW'
const secret = new Secret(value, '[hidden]')
/** The longest piece of a line that is written at once. */
const BORDER = 8_192

const spellings = {
  plain: value,
  JSON: JSON.stringify(value).slice(1, -1),
  URL: encodeURIComponent(value),
}

const dots = (count: number): string => '.'.repeat(count)

/** What a target's chunks become, in its file: one line again, with its long fillers counted. */
async function written(name: string, secrets: readonly Secret[], chunks: readonly string[]): Promise<string> {
  const file = join(scratch, `${name}.log`)
  const log = new TargetLog(secrets, file)
  const output = new PassThrough()
  log.follow(output)
  for (const chunk of chunks) {
    output.write(chunk)
    await new Promise(setImmediate)
  }
  output.end()
  await once(output, 'close')
  await log.close()
  return short(readFileSync(file, 'utf8').replaceAll('\n', ''))
}

function short(text: string): string {
  return text.replaceAll(/([.😀])\1{99,}/gu, (run, one) => `${one}×${[...run].length} `)
}

test.each(Object.entries(spellings))(
  'a secret that lies across the border of a long line is hidden wherever the border cuts it: %s',
  async (name, spelling) => {
    for (let before = 0; before <= spelling.length; before++) {
      const start = dots(BORDER - before) + spelling.slice(0, before)
      const text = await written(`${name}-${before}`, [secret], [start, `${spelling.slice(before)}..`])
      expect(text).toBe(`.×${BORDER - before} [hidden]..`)
    }
  },
)

test('a secret that is repeated within itself is not cut at its own middle', async () => {
  const twice = new Secret('ZQXJZQXJ', '[hidden]')
  const start = `${dots(BORDER)}ZQXJZQXJ`
  expect(await written('twice', [twice], [start, '..'])).toBe(`.×${BORDER} [hidden]..`)
  expect(await written('thrice', [twice], [start, 'ZQXJ'])).toBe(`.×${BORDER} [hidden]ZQXJ`)
})

test('of two secrets of which one begins as the other the longer is hidden whole', async () => {
  const secrets = [new Secret('ZQXJZQXJ', '[short]'), new Secret('ZQXJZQXJWW', '[long]')]
  const start = `${dots(BORDER)}ZQXJZQXJ`
  expect(await written('long', secrets, [start, 'WW.'])).toBe(`.×${BORDER} [long].`)
  expect(await written('short', secrets, [start, '...'])).toBe(`.×${BORDER} [short]...`)
})

test('a line longer than the longest piece is kept whole, however it arrives', async () => {
  const line = `${dots(BORDER)}${'😀'.repeat(BORDER)}end`
  expect(await written('at-once', [], [`${line}\n`])).toBe(short(line))
  expect(await written('in-parts', [], [line.slice(0, BORDER + 10), line.slice(BORDER + 10), '\n'])).toBe(
    short(line),
  )
})

test('the last line is what was written last, also before it ends', () => {
  const log = new TargetLog([secret])
  const output = new PassThrough()
  log.follow(output)
  const after = (text: string) => {
    output.emit('data', Buffer.from(text))
    return log.lastLine()
  }
  expect(log.lastLine()).toBeUndefined()
  expect(after('starting\n\u001b[32m')).toBe('starting')
  expect(after('loading  1/9\rloading  2/9\r')).toBe('loading  2/9')
  expect(after(`\rkey ${value}, key ${value.slice(0, 5)}`)).toBe('key [hidden], key')
  expect(after('\nready\n')).toBe('ready')
})
