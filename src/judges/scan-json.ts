import { JsonTokens, ScanStop } from './json-tokens.ts'

/** How a text stands as JSON: whole, cut short (a prefix of some JSON), or nothing that a strict reader takes. */
export type JsonScan =
  | {
      readonly ending: 'complete'
      readonly value: unknown
      /** Levels of nesting; 0 for a scalar. */
      readonly depth: number
      /** Keys of all its objects together. */
      readonly keys: number
      /** What stands twice in one object, where that was let through. */
      readonly repeated?: readonly RepeatedKey[]
    }
  | { readonly ending: 'truncated'; readonly reason: string }
  | ({ readonly ending: 'malformed' } & Flaw)

/** A key that stands twice in the object at `path`. */
export type RepeatedKey = { readonly path: readonly (string | number)[]; readonly key: string }

/** So many are told apart: a hostile answer may repeat as it likes. */
const MAX_REPEATED = 1_000

/** The last two problems are what `JSON.parse` takes in silence: a key twice in one object, a number beyond a double. */
type Flaw = {
  readonly problem: 'syntax' | 'duplicate-key' | 'non-finite-number'
  readonly reason: string
}

/**
 * Reads a text by RFC 8259 in one pass, and strictly. JSON.parse cannot tell a cut answer from a wrong one, which is the
 * difference between an honest `length` and a constraint that did not hold. A cut text is `truncated` even where a key
 * stands twice in its beginning. With `repeatedKeys: 'told'` such a key is no flaw, and told with the whole.
 */
export function scanJson(
  text: string,
  { repeatedKeys = 'refused' }: { repeatedKeys?: 'refused' | 'told' } = {},
): JsonScan {
  const scanner = new Scanner(text)
  try {
    const value = scanner.readDocument()
    const { depth, keys, repeated } = scanner
    const isTold = repeatedKeys === 'told'
    const flaw = isTold ? scanner.flaw : (scanner.flaw ?? flawOf(repeated))
    if (flaw) return { ending: 'malformed', ...flaw }
    return { ending: 'complete', value, depth, keys, ...(isTold && { repeated }) }
  } catch (stop) {
    if (!(stop instanceof ScanStop)) throw stop
    if (stop.ending === 'truncated') return { ending: 'truncated', reason: stop.message }
    return { ending: 'malformed', problem: 'syntax', reason: stop.message }
  }
}

const flawOf = ([first]: readonly RepeatedKey[]): Flaw | undefined =>
  first && { problem: 'duplicate-key', reason: describeRepeated(first) }

export const describeRepeated = ({ key }: RepeatedKey): string =>
  `key ${JSON.stringify(key)} stands twice in one object`

type OpenObject = { readonly members: Record<string, unknown>; key: string }
/** A container that is not closed yet; of an object, the key whose value is being read. */
type Open = OpenObject | { readonly items: unknown[] }

class Scanner {
  depth = 0
  keys = 0
  /** The first number that is syntax, yet no strict JSON. */
  flaw: Flaw | undefined
  readonly repeated: RepeatedKey[] = []
  readonly #tokens: JsonTokens
  /** Kept on a list, not on the call stack: hostile answers nest deeper than any stack. */
  readonly #open: Open[] = []

  constructor(text: string) {
    this.#tokens = new JsonTokens(text)
  }

  readDocument(): unknown {
    this.#tokens.skipSpace()
    for (;;) {
      const opened = this.#tryOpen()
      if (opened !== undefined && !this.#tryClose(opened)) {
        if ('members' in opened) this.#readKey(opened)
        continue
      }
      const whole = this.#place(opened === undefined ? this.#readScalar() : contentOf(opened))
      if (whole === undefined) continue
      this.#tokens.skipSpace()
      this.#tokens.assertEnd()
      return whole.value
    }
  }

  /** Puts a value where it belongs and closes what ends after it; gives the whole once nothing is open any more. */
  #place(first: unknown): { readonly value: unknown } | undefined {
    for (let value = first; ; ) {
      const into = this.#open.at(-1)
      if (into === undefined) return { value }
      if ('members' in into) setMember(into, value)
      else into.items.push(value)
      this.#tokens.skipSpace()
      if (this.#tokens.tryTake(',')) {
        this.#tokens.skipSpace()
        if ('members' in into) this.#readKey(into)
        return undefined
      }
      if (!this.#tryClose(into)) this.#tokens.malformed(`no "," or end of "${'members' in into ? '{' : '['}"`)
      value = contentOf(into)
    }
  }

  #tryOpen(): Open | undefined {
    const opened = this.#tokens.tryTake('{')
      ? { members: {}, key: '' }
      : this.#tokens.tryTake('[')
        ? { items: [] }
        : undefined
    if (opened === undefined) return undefined
    this.depth = Math.max(this.depth, this.#open.push(opened))
    this.#tokens.skipSpace()
    return opened
  }

  #tryClose(innermost: Open): boolean {
    const isClosed = this.#tokens.tryTake('members' in innermost ? '}' : ']')
    if (isClosed) this.#open.pop()
    return isClosed
  }

  #readKey(into: OpenObject): void {
    into.key = this.#tokens.readKey()
    this.keys += 1
    if (Object.hasOwn(into.members, into.key) && this.repeated.length < MAX_REPEATED)
      this.repeated.push({ path: this.#pathOfInnermost(), key: into.key })
    this.#tokens.skipSpace()
    if (!this.#tokens.tryTake(':')) this.#tokens.malformed('no ":" after a key')
    this.#tokens.skipSpace()
  }

  #pathOfInnermost(): readonly (string | number)[] {
    return this.#open.slice(0, -1).map((open) => ('members' in open ? open.key : open.items.length))
  }

  #readScalar(): unknown {
    const value = this.#tokens.readScalar()
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
      this.flaw ??= { problem: 'non-finite-number', reason: 'a number is beyond a double' }
    return value
  }
}

const contentOf = (open: Open): unknown => ('members' in open ? open.members : open.items)

/** As JSON.parse does it: `__proto__` is a key like any other, where an assignment would change the prototype. */
function setMember({ members, key }: OpenObject, value: unknown): void {
  if (key !== '__proto__') members[key] = value
  else Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true })
}
