/** What `JSON.parse` accepts in silence and a strict reader must not: a key twice in one object, a number beyond a double. */
export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly problem: 'syntax' | 'duplicate-key' | 'non-finite-number'
      readonly message: string
    }

/** Parses one JSON text; refuses bad syntax, duplicate keys and numbers such as `1e400` that would become Infinity. */
export function parseStrictJson(text: string): StrictJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, problem: 'syntax', message: error instanceof Error ? error.message : String(error) }
  }
  return scan(text) ?? { ok: true, value }
}

/** Walks text that is known to be valid JSON, so it may jump from token to token. Iterative: depth cannot overflow it. */
function scan(text: string): StrictJson | undefined {
  const objects: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; ) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      const end = endOfString(text, at)
      const keys = objects.at(-1)
      if (keys && isKey(text, end)) {
        const key: unknown = JSON.parse(text.slice(at, end))
        if (keys.has(String(key)))
          return {
            ok: false,
            problem: 'duplicate-key',
            message: `key ${JSON.stringify(key)} stands twice in one object`,
          }
        keys.add(String(key))
      }
      at = end
    } else if (char === MINUS || isDigit(char)) {
      const end = endOfNumber(text, at)
      const number = text.slice(at, end)
      if (!Number.isFinite(Number(number)))
        return {
          ok: false,
          problem: 'non-finite-number',
          message: `number ${number.slice(0, 40)} is beyond a double`,
        }
      at = end
    } else {
      if (char === OPEN_OBJECT) objects.push(new Set())
      else if (char === OPEN_ARRAY) objects.push(undefined)
      else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) objects.pop()
      at++
    }
  }
  return undefined
}

const [QUOTE, BACKSLASH, MINUS, COLON] = [0x22, 0x5c, 0x2d, 0x3a]
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d]

const isDigit = (char: number): boolean => char >= 0x30 && char <= 0x39

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === BACKSLASH) at++
    else if (char === QUOTE) return at + 1
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1
  // Digits, and the signs, points and exponents that valid JSON lets follow them.
  while (at < text.length && '0123456789+-.eE'.includes(text.charAt(at))) at++
  return at
}

/** In valid JSON a string followed by a colon is a key, and no other string is. */
function isKey(text: string, end: number): boolean {
  let at = end
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at++
  return text.charCodeAt(at) === COLON
}
