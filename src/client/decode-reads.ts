import type { Answer, Dialect } from './dialect.ts'

/** A field that a decoder asked for and did not get. */
export type MissingRead = {
  /** From the body, such as `choices.0.text`. */
  readonly path: string
  /** What of the answer it would have given; absent where its absence changes neither. */
  readonly gives?: 'text' | 'finishReason'
}

type Operation = 'generate' | 'chat'

/** No decoder writes this by itself. */
const MARKER = 'infergate-looks-where-this-ends-up'

/**
 * The fields that a decoder reads in a body that does not have them. What each is for is found by giving it: the marker comes
 * out as the text, or a finish reason is there that was not.
 */
export function readsOf(dialect: Dialect, operation: Operation, body: unknown): readonly MissingRead[] {
  const paths: string[] = []
  const plain = didDecode(
    dialect,
    operation,
    traced(body, '', (path) => void paths.push(path)),
  )
  // What threw did so at the last field that was not there.
  if (!plain) return paths.length === 0 ? [] : [{ path: paths.at(-1) ?? '', gives: 'text' }]
  return [...new Set(paths)].map((path) => {
    const given = didDecode(
      dialect,
      operation,
      traced(body, '', (at) => (at === path ? MARKER : undefined)),
    )
    if (String(given?.text).includes(MARKER)) return { path, gives: 'text' }
    return given?.finishReason && !plain.finishReason ? { path, gives: 'finishReason' } : { path }
  })
}

/** What a decoder makes of a body; undefined where it throws. */
export function didDecode(
  dialect: Dialect,
  operation: Operation,
  body: unknown,
): Partial<Answer> | undefined {
  try {
    return Object(dialect.decode(body, operation))
  } catch {
    return undefined
  }
}

/** A body whose absent fields are asked for from `missing`, which may give them. */
function traced(body: unknown, place: string, missing: (path: string) => unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  return new Proxy(body, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver)
      if (typeof key === 'symbol') return value
      const path = place === '' ? key : `${place}.${key}`
      if (Object.hasOwn(target, key)) return traced(value, path, missing)
      // What every object has, such as toString, or what a list can do.
      return value === undefined ? missing(path) : value
    },
  })
}
