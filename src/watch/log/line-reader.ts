import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** A line that grows beyond it is read in pieces. */
const LONGEST = 1 << 20

/** Gives the lines of a stream to `line`, the last one too where it has no end. */
export const lineReader =
  (line: (text: string) => void) =>
  (stream: Readable): void => {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    stream.on('data', (bytes: Buffer) => {
      const parts = (rest + decoder.write(bytes)).split('\n')
      rest = parts.pop() ?? ''
      for (const one of parts) line(one)
      if (rest.length <= LONGEST) return
      line(rest)
      rest = ''
    })
    stream.on('error', () => {})
    stream.once('close', () => {
      if (rest !== '') line(rest)
      rest = ''
    })
  }
