/** What a reason says of an answer, as far as that can be looked up in the answer's bytes. */
export type Accused =
  /** It quotes what it saw; `isCut`: only its beginning. `key`: the words before the quote, such as `finish reason`. */
  | { readonly kind: 'quoted'; readonly text: string; readonly isCut: boolean; readonly key?: string }
  /** Reading JSON ended there; `event`: of a stream, in that one, the first being 1. */
  | { readonly kind: 'character'; readonly at: number; readonly seen: string; readonly event?: number }
  /** A part of a JSON text that breaks its schema. */
  | { readonly kind: 'pointer'; readonly pointer: string }
  /** A number of tokens that the service counted. */
  | { readonly kind: 'count'; readonly count: string }

const QUOTED = /"(?:[^"\\\n]|\\.)*"/g
const CHARACTER = /(?:event (\d+): [^"]*?)?at character (\d+): ("(?:[^"\\]|\\.)*")/g
const SCHEMA = /(?:^|[\s:;])((?:\/[^\s/]+)+) must /g
/** What one reads everywhere says nothing of where. */
const FEWEST_CHARACTERS = 3

/** What a sentence accuses. A text is looked up nowhere else: where a reason names nothing, nothing is marked. */
export function accusedIn(reason: string): readonly Accused[] {
  const positions = [...reason.matchAll(CHARACTER)].map(
    (match): Accused => ({
      ...{ kind: 'character', at: Number(match[2]), seen: unquoted(match[3] ?? '').text },
      ...(match[1] !== undefined && { event: Number(match[1]) }),
    }),
  )
  const pointers = [...reason.matchAll(SCHEMA)].map(
    (match): Accused => ({ kind: 'pointer', pointer: match[1] ?? '' }),
  )
  const counts = [...reason.matchAll(/\bcounts (\d+)\b/g)].map(
    (match): Accused => ({ kind: 'count', count: match[1] ?? '' }),
  )
  const rest = reason.replace(CHARACTER, '')
  const quotes = [...rest.matchAll(QUOTED)].flatMap((match): readonly Accused[] => {
    const { text, isCut } = unquoted(match[0])
    const key = /(finish reason|finish|status|type|code|model|role|object)(?: is)? $/.exec(
      rest.slice(0, match.index),
    )?.[1]
    if (key !== undefined)
      return [{ kind: 'quoted', text, isCut, key: key === 'finish' ? 'finish reason' : key }]
    // What the client said of an answer is quoted itself, with the quote that it holds.
    if (text.startsWith('finish reason "')) return accusedIn(text)
    return text.length < FEWEST_CHARACTERS ? [] : [{ kind: 'quoted', text, isCut }]
  })
  return [...positions, ...pointers, ...counts, ...quotes]
}

function unquoted(quoted: string): { readonly text: string; readonly isCut: boolean } {
  // The client puts the status before what the service said.
  const text = decoded(quoted).replace(/^HTTP \d{3}: /, '')
  // The cut may have split a surrogate pair.
  return text.endsWith('…')
    ? { text: text.slice(0, -1).replace(/[\ud800-\udbff]$/, ''), isCut: true }
    : { text, isCut: false }
}

function decoded(quoted: string): string {
  try {
    return JSON.parse(quoted)
  } catch {
    return quoted.slice(1, -1)
  }
}
