import { jsonValues } from './json-values.ts'

/** Where something stands in a body, as it came. */
export type Span = { readonly start: number; readonly end: number }

/** The strings of a body at one place of its document: of a stream, those of all its events, one after the other. */
export type BodyText = {
  readonly pointer: string
  readonly text: string
  /** Of each UTF-16 unit of the text: where it is written in the body. */
  readonly places: readonly Span[]
}

/** The texts that a JSON body, or the events of a stream, hold. */
export function bodyTexts(body: string): readonly BodyText[] {
  const found = new Map<string, { text: string; places: Span[] }>()
  for (const { text, at } of documents(body))
    for (const { pointer, start, end } of jsonValues(text)) {
      if (text[start] !== '"') continue
      const one = found.get(pointer) ?? { text: '', places: [] }
      found.set(pointer, one)
      for (const unit of units(text.slice(start + 1, end - 1), at + start + 1)) {
        one.text += unit.text
        one.places.push(unit)
      }
    }
  return [...found].map(([pointer, one]) => ({ pointer, ...one }))
}

export type Document = { readonly text: string; readonly at: number }

/** The JSON documents of a body: itself, or what stands behind each `data:` of a stream. */
export function documents(body: string): readonly Document[] {
  const events = [...body.matchAll(/^data: ?(.*)$/gm)]
  if (events.length === 0) return [{ text: body, at: 0 }]
  return events.map((event) => {
    const text = event[1] ?? ''
    return { text, at: event.index + event[0].length - text.length }
  })
}

/** Of two or more units that one run of bytes writes, each has the whole run. */
function* units(raw: string, at: number): Generator<Span & { readonly text: string }> {
  for (const { 0: written, index } of raw.matchAll(/\\u[\da-fA-F]{4}|\\.|[^\\]/gs)) {
    const place = { start: at + index, end: at + index + written.length }
    const text: string = written.startsWith('\\') ? JSON.parse(`"${written}"`) : written
    yield { text, ...place }
  }
}
