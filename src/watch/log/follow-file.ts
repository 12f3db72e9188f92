import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { Clock } from '../../clock.ts'

/** Where reading a file has come to: a file that was rotated is another one. */
export type Place = { readonly inode: number; readonly offset: number }

export type FollowFile = {
  readonly file: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Absent: at the end of the file as it is now. */
  readonly from?: Place
  /** One line, without its end. */
  line(text: string): void
  /** Where reading has come to, after whole lines. */
  at?(place: Place): void
  /** It cannot be read just now, or can again. */
  lost?(reason: string | undefined): void
}

const LOOK_MS = 250
const CHUNK_BYTES = 64 * 1024
/** A line that grows beyond it is read in pieces. */
const LONGEST = 1 << 20

/** Reads what is added to a file until the signal; a file that is rotated is read to its end, then the new one from its beginning. */
export async function followFile({ file, clock, signal, from, line, at, lost }: FollowFile): Promise<void> {
  let open = openAt(file, from)
  let wasLost = false
  const tell = (reason: string | undefined): void => {
    if (reason === undefined ? !wasLost : wasLost) return
    wasLost = reason !== undefined
    lost?.(reason)
  }
  try {
    while (!signal.aborted) {
      if (open) readMore(open, line, at)
      const now = inodeOf(file)
      if (now === undefined) tell(`there is no file ${file}`)
      else if (!open || now !== open.inode || isShorter(open)) {
        if (open) closeSync(open.descriptor)
        open = openAt(file, { inode: now, offset: 0 })
        tell(open ? undefined : `the file ${file} cannot be opened`)
        if (open) continue
      } else tell(undefined)
      await clock.sleep(LOOK_MS, signal).catch(() => {})
    }
  } finally {
    if (open) closeSync(open.descriptor)
  }
}

type Open = {
  readonly descriptor: number
  readonly inode: number
  offset: number
  decoder: StringDecoder
  rest: string
}

function openAt(file: string, from?: Place): Open | undefined {
  try {
    const descriptor = openSync(file, 'r')
    const { ino: inode, size } = fstatSync(descriptor)
    const isSame = from !== undefined && from.inode === inode && from.offset <= size
    // Another file than the one that was read before is new from its beginning.
    const offset = isSame ? from.offset : from === undefined ? size : 0
    return { descriptor, inode, offset, decoder: new StringDecoder('utf8'), rest: '' }
  } catch {
    return undefined
  }
}

function inodeOf(file: string): number | undefined {
  try {
    return statSync(file).ino
  } catch {
    return undefined
  }
}

/** It was cut to be written anew (`copytruncate`). */
const isShorter = ({ descriptor, offset }: Open): boolean => fstatSync(descriptor).size < offset

function readMore(open: Open, line: (text: string) => void, at?: (place: Place) => void): void {
  const bytes = Buffer.alloc(CHUNK_BYTES)
  for (;;) {
    const n = readSync(open.descriptor, bytes, 0, bytes.length, open.offset)
    if (n === 0) return
    open.offset += n
    const parts = (open.rest + open.decoder.write(bytes.subarray(0, n))).split('\n')
    open.rest = parts.pop() ?? ''
    for (const one of parts) line(one)
    if (open.rest.length > LONGEST) {
      line(open.rest)
      open.rest = ''
    }
    at?.({ inode: open.inode, offset: open.offset - Buffer.byteLength(open.rest) })
  }
}
