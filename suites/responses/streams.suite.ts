import { promise, quote } from '#infergate'
import { STORY, stream } from './ask.ts'
import { holdStream } from './hold-response.ts'

promise('responses.streams', {
  says: 'a streamed response begins once, numbers its events, ends with exactly one terminal event, and its deltas join to the text that this holds',
  needs: ['chat', 'stream'],
  async check(tools) {
    const streamed = await stream(tools, { input: STORY })
    const { text, doneText, reply } = streamed
    const last = holdStream(tools, streamed)
    const holds = (what: string, held: string) =>
      tools.verify(
        text === held,
        `its deltas join to ${text.length} characters and ${what} ${held.length}: ${partingOf(text, held)}`,
        reply,
      )
    holds('its last event holds', last.text)
    holds('response.output_text.done says', doneText ?? text)
  },
})

/** Long texts that differ late look the same from their beginnings. */
function partingOf(joined: string, held: string): string {
  let at = 0
  while (at < joined.length && joined[at] === held[at]) at++
  return `after character ${at} come ${quote(joined.slice(at), 60)} and ${quote(held.slice(at), 60)}`
}
