/** So many may be in flight at a time; who finds no place waits for one, in turn. */
export class Places {
  #free: number
  readonly #all: number
  readonly #waiting: (() => void)[] = []
  #whenAllFree: (() => void) | undefined

  constructor(count: number) {
    this.#free = count
    this.#all = count
  }

  get areTaken(): boolean {
    return this.#free === 0
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  give(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else if (++this.#free === this.#all) this.#whenAllFree?.()
  }

  async allFree(): Promise<void> {
    if (this.#free === this.#all) return
    await new Promise<void>((resolve) => {
      this.#whenAllFree = resolve
    })
  }
}
