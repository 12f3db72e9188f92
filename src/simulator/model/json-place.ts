/** Where a JSON text stands, read byte by byte; the text is known to be well-formed so far. */
export type JsonSpot =
  | 'value'
  | 'first-key'
  | 'key'
  | 'first-item'
  | 'after'
  | 'in-key'
  | 'in-string'
  | 'in-scalar'
  | 'colon'

type Container = { readonly kind: 'object' | 'array'; count: number; key: string }

export class JsonPlace {
  #spot: JsonSpot = 'value'
  #containers: Container[] = []
  #escaped = false
  #key: number[] = []
  #length = 0

  get spot(): JsonSpot {
    return this.#spot
  }

  get depth(): number {
    return this.#containers.length
  }

  /** Bytes of the string or scalar that is being read. */
  get length(): number {
    return this.#length
  }

  get container(): 'object' | 'array' | 'none' {
    return this.#containers.at(-1)?.kind ?? 'none'
  }

  /** Whole items of the innermost array. */
  get items(): number {
    return this.#containers.at(-1)?.count ?? 0
  }

  /** The name of the nearest property around. */
  get key(): string {
    return this.#containers.findLast(({ kind }) => kind === 'object')?.key ?? ''
  }

  read(byte: number): void {
    if (this.#spot === 'in-key' || this.#spot === 'in-string') this.#readString(byte)
    else this.#readStructure(String.fromCharCode(byte))
  }

  #readString(byte: number): void {
    this.#length += 1
    if (this.#escaped) this.#escaped = false
    else if (byte === 0x5c) this.#escaped = true
    else if (byte === 0x22) {
      const top = this.#containers.at(-1)
      if (this.#spot === 'in-key' && top) top.key = JSON.parse(`"${Buffer.from(this.#key)}"`)
      this.#become(this.#spot === 'in-key' ? 'colon' : 'after')
      return
    }
    this.#key.push(byte)
  }

  #readStructure(char: string): void {
    const top = this.#containers.at(-1)
    if (char === '{' || char === '[') {
      this.#containers.push({ kind: char === '{' ? 'object' : 'array', count: 0, key: '' })
      this.#become(char === '{' ? 'first-key' : 'first-item')
    } else if (char === '}' || char === ']') {
      this.#containers.pop()
      this.#become('after')
    } else if (char === '"') {
      this.#become(this.#spot === 'first-key' || this.#spot === 'key' ? 'in-key' : 'in-string')
    } else if (char === ',') {
      if (top) top.count += 1
      this.#become(top?.kind === 'object' ? 'key' : 'value')
    } else if (char === ':') this.#become('value')
    else {
      this.#spot = 'in-scalar'
      this.#length += 1
    }
  }

  #become(spot: JsonSpot): void {
    this.#spot = spot
    this.#length = 0
    this.#key = []
  }
}
