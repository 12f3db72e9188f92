import { malformed } from './refusal.ts'

/** Reads typed fields out of a JSON body, as lenient as pydantic: `null` is absent, a number may stand in a string. */
export class Fields {
  readonly #body: Readonly<Record<string, unknown>>

  constructor(body: unknown) {
    if (!isObject(body)) throw malformed('The body must be a JSON object.')
    this.#body = body
  }

  raw(name: string): unknown {
    return this.#body[name] ?? undefined
  }

  number(name: string): number | undefined {
    const value = this.raw(name)
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (number === undefined || (typeof number === 'number' && !Number.isNaN(number))) return number
    throw malformed(`${name}: Input should be a valid number`, name)
  }

  integer(name: string): number | undefined {
    const number = this.number(name)
    if (number === undefined || Number.isSafeInteger(number)) return number
    throw malformed(`${name}: Input should be a valid integer`, name)
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw malformed(`${name}: Input should be a valid boolean`, name)
  }

  string(name: string): string | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'string') return value
    throw malformed(`${name}: Input should be a valid string`, name)
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    throw malformed(`${name}: Input should be a list of strings`, name)
  }

  object(name: string): Fields | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (isObject(value)) return new Fields(value)
    throw malformed(`${name}: Input should be an object`, name)
  }

  /** These fields alone. */
  only(names: readonly string[]): Fields {
    return new Fields(Object.fromEntries(names.map((name) => [name, this.#body[name]])))
  }

  /** The fields that are present and not null. */
  names(): readonly string[] {
    return Object.keys(this.#body).filter((name) => this.raw(name) !== undefined)
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
