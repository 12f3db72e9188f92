/** Most answers fit in; a longer stream is decoded bit by bit before it fills it. */
const BLOCK_BYTES = 16 * 2 ** 10
/** Blocks kept for the next answers. */
const MAX_FREE = 1_024

const free: Buffer[] = []
const takeBlock = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
const giveBack = (block: Buffer): void => {
  if (block.length === BLOCK_BYTES && free.length < MAX_FREE) free.push(block)
}

const NOTHING = Buffer.alloc(0)

/**
 * The body of one answer as the socket brought it: its bytes, and when each read ended where. Nothing of it is understood yet.
 * Offsets count from the first byte of the body, also after what stands before them is forgotten.
 */
export class Capture {
  /** Where each read that is not forgotten ended, and its stamp on the monotonic clock. */
  readonly endsAt: number[] = []
  readonly stamps: number[] = []
  firstAtMs: number | undefined
  reads = 0
  /** Bytes that have come. */
  length = 0
  #forgotten = 0
  #block: Buffer = NOTHING

  /** A part of the body; `isSameRead`: the read of the part before it brought this one, too. */
  add(chunk: Uint8Array, atMs: number, isSameRead: boolean): void {
    const at = this.length - this.#forgotten
    if (at + chunk.length > this.#block.length) this.#grow(at, at + chunk.length)
    this.#block.set(chunk, at)
    this.length += chunk.length
    this.firstAtMs ??= atMs
    const last = this.endsAt.length - 1
    if (isSameRead && last >= 0) this.endsAt[last] = this.length
    else {
      this.reads++
      this.endsAt.push(this.length)
      this.stamps.push(atMs)
    }
  }

  /** A view, until the next call of another method. */
  bytes(start = this.#forgotten, end = this.length): Buffer {
    return this.#block.subarray(start - this.#forgotten, end - this.#forgotten)
  }

  /** Drops what stands before an offset, and the reads that ended there. */
  forget(before: number): void {
    this.#block.copyWithin(0, before - this.#forgotten, this.length - this.#forgotten)
    this.#forgotten = before
    let reads = 0
    while ((this.endsAt[reads] ?? Number.POSITIVE_INFINITY) <= before) reads++
    this.endsAt.splice(0, reads)
    this.stamps.splice(0, reads)
  }

  /** Nothing is asked of it any more. */
  release(): void {
    giveBack(this.#block)
    this.#block = NOTHING
  }

  #grow(used: number, least: number): void {
    const old = this.#block
    this.#block = least <= BLOCK_BYTES ? takeBlock() : Buffer.allocUnsafeSlow(Math.max(least, 2 * old.length))
    old.copy(this.#block, 0, 0, used)
    giveBack(old)
  }
}

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
/** A marker, its field and its line ends fit in. */
const TAIL_BYTES = 128

/** Whether what has come of a stream ends with its end marker and the empty line after it; `chunk` came last. */
export function endsWithMarker(capture: Capture, chunk: Uint8Array, terminator: string): boolean {
  // Nearly every read of a stream ends with an event: its last letter tells at once that it is no marker.
  let end = chunk.length - 1
  while (end >= 0 && (chunk[end] === LF || chunk[end] === CR || chunk[end] === SPACE)) end--
  if (end >= 0 && chunk[end] !== terminator.charCodeAt(terminator.length - 1)) return false
  const tail = capture.bytes()
  const lines = tail.toString('latin1', Math.max(0, tail.length - TAIL_BYTES)).split(/\r\n|\n|\r/)
  const [marker = '', empty, rest] = lines.slice(-3)
  return empty === '' && rest === '' && marker.startsWith('data:') && marker.slice(5).trim() === terminator
}
