import type { Check, Evidence } from '../../../../records/index.ts'
import { type Accused, accusedIn } from './accused.ts'
import { type BodyText, bodyTexts, documents, type Span } from './body-texts.ts'
import { jsonValues } from './json-values.ts'

/** A part of an answer that the reason speaks of, and what it is, in words. */
export type Mark = Span & {
  readonly says: string /** It tells less than a mark inside it. */
  readonly isQuote?: true
}

/** More places than this point at nothing. */
const MOST_PLACES = 8

/** Why a check did not hold, in all the sentences that say it. */
export const reasonsOf = ({ reason, cases = [] }: Check): readonly string[] => [
  ...new Set([reason, ...cases.map((one) => one.reason)].filter((one) => one !== undefined)),
]

/** The bytes of an answer that show what the reasons say, in order; none where they name nothing that can be found. */
export function locate({ response, outcome }: Evidence, reasons: readonly string[]): readonly Mark[] {
  if (!response || reasons.length === 0) return []
  const { body } = response
  const texts = bodyTexts(body)
  const says = reasons.join('\n')
  const failure = FAILURE.exec(outcome)
  const marks = [
    ...[...reasons, ...(failure ? [outcome] : [])].flatMap((one) => placesOfReason(one, body, texts)),
    ...placesOfText(
      { text: failure?.[1]?.trim() ?? '', isCut: false },
      body,
      texts,
      "the service's own error",
    ),
    ...(/surrogate/.test(says) ? matchesOf(LONE_SURROGATE, body, 'half of a surrogate pair') : []),
    ...(/U\+FFFD/.test(says) ? matchesOf(/\ufffd+/g, body, 'U+FFFD') : []),
    ...(/\b(?:NaN|Infinity)\b/.test(says) ? matchesOf(NO_NUMBER, body, 'no number of JSON') : []),
  ]
  return apart(marks)
}

const LONE_SURROGATE =
  /\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][\da-fA-F]{2})\\u[dD][c-fC-F][\da-fA-F]{2}/g
const NO_NUMBER = /(?<=[:[,]\s*)-?(?:NaN|Infinity)\b/g

/** A refusal may be what was asked for; an answer that is an error under HTTP 200 never is. */
const FAILURE = /^(?:service-error|malformed-\w+): (.+)/s

function placesOfReason(reason: string, body: string, texts: readonly BodyText[]): readonly Mark[] {
  const accused = accusedIn(reason)
  const quotes = accused.filter((one) => one.kind === 'quoted' && one.key === undefined) as readonly Quoted[]
  // Beside the bad answer may stand a good one of the same shape: where the reason quotes the text, it is about that one.
  const meant =
    quotes.length === 0 ? texts : texts.filter((one) => quotes.some((quote) => isQuoted(one, quote)))
  return accused.flatMap((one) => placesOf(one, body, texts, meant))
}

function placesOf(
  accused: Accused,
  body: string,
  texts: readonly BodyText[],
  meant: readonly BodyText[],
): readonly Mark[] {
  switch (accused.kind) {
    case 'character':
      return placesOfCharacter(accused, body, texts)
    case 'pointer':
      return placesOfPointer(accused.pointer, meant)
    case 'count':
      return placesOfValue(body, /_tokens$/, accused.count, `the count ${accused.count}`)
    case 'quoted':
      return accused.key === undefined
        ? placesOfText(accused, body, texts, 'what the reason quotes')
        : placesOfValue(
            body,
            new RegExp(`/${accused.key.replaceAll(' ', '_')}$`),
            JSON.stringify(accused.text),
            `${accused.key} "${accused.text}"`,
          )
  }
}

type Quoted = Extract<Accused, { kind: 'quoted' }>

type Quote = Pick<Quoted, 'text' | 'isCut'>

const isQuoted = (one: BodyText, { text, isCut }: Quote): boolean =>
  isCut ? one.text.startsWith(text) : one.text === text

/** As a whole text first: what is a part of many texts is looked for only where no text is just that. */
function placesOfText(quote: Quote, body: string, texts: readonly BodyText[], says: string): readonly Mark[] {
  const { text } = quote
  if (text === '') return []
  const whole = texts.filter((one) => isQuoted(one, quote))
  if (whole.length > MOST_PLACES) return []
  const parts = whole.length > 0 ? [] : texts.filter((one) => one.text.includes(text))
  const found = [...whole, ...parts].flatMap((one) => {
    const at = one.text.indexOf(text)
    return marksIn(one, at, at + text.length, says)
  })
  // A quote of the body from its beginning points at nothing in it.
  const at = /^[[{]/.test(text) ? -1 : body.indexOf(text)
  const raw = found.length > 0 || at < 0 ? [] : [{ start: at, end: at + text.length, says }]
  return [...found, ...raw].map((mark) => ({ ...mark, isQuote: true }))
}

/** `finish reason "error"`: the value of `finish_reason`, wherever that is "error". */
function placesOfValue(body: string, place: RegExp, value: string, says: string): readonly Mark[] {
  const found = documents(body).flatMap(({ text, at }) =>
    jsonValues(text)
      .filter(({ pointer, start, end }) => place.test(pointer) && text.slice(start, end) === value)
      .map(({ start, end }) => ({ start: at + start, end: at + end, says })),
  )
  return found.length > MOST_PLACES ? [] : found
}

/** Of one event, of the body itself or of a text in it: whichever has there what the reader saw. */
function placesOfCharacter(
  { at, seen, event }: Extract<Accused, { kind: 'character' }>,
  body: string,
  texts: readonly BodyText[],
): readonly Mark[] {
  if (seen === '') return []
  const says = `${event === undefined ? '' : `event ${event}, `}character ${at}, from which it is no JSON`
  const from = at + (event === undefined ? 0 : (documents(body)[event - 1]?.at ?? body.length))
  if (body.startsWith(seen, from)) return [{ start: from, end: from + seen.length, says }]
  const text = event === undefined && texts.find((one) => one.text.startsWith(seen, at))
  return text ? marksIn(text, at, at + seen.length, says) : []
}

function placesOfPointer(pointer: string, texts: readonly BodyText[]): readonly Mark[] {
  return texts.flatMap((one) => {
    if (!/^\s*[[{]/.test(one.text)) return []
    const value = jsonValues(one.text).find((candidate) => candidate.pointer === pointer)
    return value ? marksIn(one, value.start, value.end, `${pointer} of the answer's JSON`) : []
  })
}

/** A part of a text may stand in several events of a stream. */
function marksIn({ places }: BodyText, from: number, to: number, says: string): readonly Mark[] {
  const marks: { start: number; end: number; says: string }[] = []
  for (const { start, end } of places.slice(from, to)) {
    const last = marks.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else marks.push({ start, end, says })
  }
  return marks
}

const matchesOf = (pattern: RegExp, body: string, says: string): readonly Mark[] =>
  [...body.matchAll(pattern)].map(({ 0: seen, index }) => ({ start: index, end: index + seen.length, says }))

/** In order, none inside another: a quote gives way to what is located inside it; else the one that begins first keeps its words. */
function apart(all: readonly Mark[]): readonly Mark[] {
  const precise = all.filter((mark) => !mark.isQuote)
  const marks = all.filter((mark) => !mark.isQuote || !precise.some((one) => isInside(one, mark)))
  const kept: Mark[] = []
  for (const mark of marks.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (!last || mark.start >= last.end) kept.push(mark)
    else if (mark.end > last.end) kept[kept.length - 1] = { ...last, end: mark.end }
  }
  return kept
}

const isInside = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end
