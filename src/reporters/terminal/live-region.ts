/** The end of what a terminal shows, redrawn in place. Between two writes the cursor stands at its first column. */
export class LiveRegion {
  readonly #write: (text: string) => void
  #shown: readonly string[] = []

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  /** Each line must be narrower than the terminal. Nothing is written where nothing changed. */
  draw(lines: readonly string[]): void {
    if (lines.length === this.#shown.length && lines.every((line, index) => line === this.#shown[index]))
      return
    const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : ''
    // Without wrapping: a terminal that takes a sign for wider than it is cuts the line, and its rows stay as many as were counted.
    this.#write(`${ERASE}\x1b[?7l${lines.join('\n')}\r${up}\x1b[?7h`)
    this.#shown = lines
  }

  /** Erases it. The cursor is at its top, so also where a narrower terminal has broken its lines. */
  clear(): void {
    if (this.#shown.length > 0) this.#write(ERASE)
    this.#shown = []
  }

  /** Lines that stay, above it. */
  print(text: string): void {
    this.clear()
    this.#write(text)
  }
}

/**
 * The line, then all to the end of the screen. Not from the first column: where that is the first of the screen, terminals take it for
 * the screen being cleared, and keep what they clear among the lines that one scrolls back to.
 */
const ERASE = '\r\x1b[K\x1b[C\x1b[J\r'
