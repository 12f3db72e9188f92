import { createParser } from 'eventsource-parser'
import { scanJson } from './scan-json.ts'

/** One event of a stream, as it stands in a text. */
export type ServerEvent = {
  /** Its `event:` field. */
  readonly name?: string
  readonly data: string
  /** Its data as a value, where that is JSON. */
  readonly json?: unknown
}

/** The events of a stream that came as one text; the last one counts without its empty line too, as clients take it. */
export function parseEvents(text: string): readonly ServerEvent[] {
  const events: ServerEvent[] = []
  const parser = createParser({
    onEvent({ event, data }) {
      const scan = scanJson(data)
      events.push({
        ...(event !== undefined && { name: event }),
        data,
        ...(scan.ending === 'complete' && { json: scan.value }),
      })
    },
  })
  parser.feed(`${text}\n\n`)
  return events
}
