/** One value of a JSON text: where it stands in the text, and in the document (a JSON pointer, RFC 6901). */
export type JsonValue = { readonly pointer: string; readonly start: number; readonly end: number }

/** Of a text that `JSON.parse` took: a string, a sign, or a number or word. */
export const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

type Frame = {
  readonly value: { pointer: string; start: number; end: number }
  readonly isList: boolean
  index: number
  key: string
  isAtKey: boolean
}

/** Every value of a JSON text, containers too; nothing of a text that is no JSON. */
export function jsonValues(text: string): readonly JsonValue[] {
  if (!isJson(text)) return []
  const values: JsonValue[] = []
  const open: Frame[] = []
  for (const { 0: token, index: start } of text.matchAll(JSON_TOKEN)) {
    const end = start + token.length
    const top = open.at(-1)
    if (token === '{' || token === '[') {
      const value = { pointer: pointerIn(top), start, end }
      values.push(value)
      open.push({ value, isList: token === '[', index: 0, key: '', isAtKey: token === '{' })
    } else if (token === '}' || token === ']') {
      if (top) top.value.end = end
      open.pop()
    } else if (token === ',') {
      if (top) Object.assign(top, { index: top.index + 1, isAtKey: !top.isList })
    } else if (token === ':') {
      if (top) top.isAtKey = false
    } else if (top?.isAtKey) top.key = JSON.parse(token)
    else values.push({ pointer: pointerIn(top), start, end })
  }
  return values
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const pointerIn = (frame: Frame | undefined): string =>
  frame === undefined
    ? ''
    : `${frame.value.pointer}/${frame.isList ? frame.index : frame.key.replaceAll('~', '~0').replaceAll('/', '~1')}`
