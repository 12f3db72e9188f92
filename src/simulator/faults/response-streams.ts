import { type Fault, OPENAI } from './fault.ts'
import type { JsonObject } from './patch.ts'
import { patchResponse, patchStreamed, RESPONSES } from './patch-calls.ts'

const family = 'responses'

/** `/v1/responses`, streamed. */
export const responseStreamFaults: readonly Fault[] = [
  {
    id: 'responses-no-terminal-event',
    says: 'a streamed response ends without response.completed',
    family,
    source: 'https://github.com/ollama/ollama/issues/17118',
    dialects: OPENAI,
    caughtBy: {
      'responses.streams': /it ends with response\.output_item\.done: none of response\.completed,.* comes/,
    },
    arm: () => patchStreamed(RESPONSES, (event) => (isTerminal(event) ? [] : [event])),
  },
  {
    id: 'responses-two-terminal-events',
    says: 'a streamed response ends twice',
    family,
    source: 'https://github.com/maximhq/bifrost/pull/1018',
    dialects: OPENAI,
    caughtBy: { 'responses.streams': /it ends 2 times: response\.completed, response\.completed/ },
    arm: () =>
      patchStreamed(RESPONSES, (event) =>
        isTerminal(event)
          ? [event, { ...event, sequence_number: Number(event['sequence_number']) + 1 }]
          : [event],
      ),
  },
  {
    id: 'responses-sequence-stuck',
    says: 'each event of a streamed response has the sequence_number 0',
    family,
    source: 'https://github.com/BerriAI/litellm/pull/28899',
    dialects: OPENAI,
    caughtBy: { 'responses.streams': /after sequence_number 0 comes 0\b/ },
    arm: () => patchStreamed(RESPONSES, ({ type, ...event }) => [{ ...event, sequence_number: 0, type }]),
  },
  {
    id: 'responses-sequence-gaps',
    says: 'a filter drops events of a streamed response and leaves gaps in their numbers',
    family,
    source: 'https://github.com/ENTERPILOT/GoModel/pull/953',
    dialects: OPENAI,
    caughtBy: { 'responses.streams': /after sequence_number \d+ comes \d+, where it has to increase by one/ },
    arm: () =>
      patchStreamed(RESPONSES, (event) => (event['type'] === 'response.content_part.done' ? [] : [event])),
  },
  {
    id: 'responses-id-changes',
    says: 'the last event of a streamed response has another id than the first',
    family,
    source: 'https://github.com/PrimeIntellect-ai/verifiers/pull/2369',
    dialects: OPENAI,
    caughtBy: { 'responses.streams': /its events are of several responses: resp_\w+, resp_\w+/ },
    arm: ({ random }) =>
      patchStreamed(RESPONSES, (event) =>
        isTerminal(event)
          ? [patchResponse(event, (response) => ({ ...response, id: `resp_${random.marker(16)}` }))]
          : [event],
      ),
  },
  {
    id: 'responses-item-ids-differ',
    says: 'the deltas of a streamed response are of an item that was never announced',
    family,
    source: 'https://github.com/smg-project/smg/issues/160',
    dialects: OPENAI,
    caughtBy: {
      'responses.streams': /is of the item msg_other, which no response\.output_item\.added announced/,
    },
    arm: () =>
      patchStreamed(RESPONSES, (event) => [
        event['item_id'] === undefined ? event : renamed(event, { item_id: 'msg_other' }),
      ]),
  },
  {
    id: 'responses-loses-deltas',
    says: 'every third delta of a streamed response is empty',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/30437',
    dialects: OPENAI,
    caughtBy: {
      'responses.streams':
        /its deltas join to \d+ characters and its last event holds \d+: after character \d+ come ".+" and ".+"/,
    },
    arm: () =>
      patchStreamed(RESPONSES, (event, index) => [
        event['type'] === 'response.output_text.delta' && index % 3 === 0
          ? renamed(event, { delta: '' })
          : event,
      ]),
  },
  {
    id: 'responses-doubled',
    says: 'a streamed response says its text twice',
    family,
    source: 'https://github.com/mnfst/llm-gateway/issues/2072',
    dialects: OPENAI,
    caughtBy: {
      'responses.streams':
        /its deltas join to \d+ characters and its last event holds \d+: after character \d+ come ".+" and ".+"/,
    },
    arm: () =>
      patchStreamed(RESPONSES, (event) => [
        event['type'] === 'response.output_text.delta'
          ? renamed(event, { delta: `${event['delta']}${event['delta']}` })
          : event,
      ]),
  },
  {
    id: 'responses-stream-ends-empty',
    says: 'the response that ends a stream holds none of what was streamed',
    family,
    source: 'https://github.com/QuantumNous/new-api/issues/4362',
    dialects: OPENAI,
    caughtBy: { 'responses.streams': /its deltas join to \d+ characters and its last event holds 0\b/ },
    arm: () =>
      patchStreamed(RESPONSES, (event) => [
        isTerminal(event) ? patchResponse(event, (response) => ({ ...response, output: [] })) : event,
      ]),
  },
]

const isTerminal = ({ type }: JsonObject): boolean => type === 'response.completed'

/** The type stays last: an event's name is read from there. */
const renamed = ({ type, ...event }: JsonObject, fields: JsonObject): JsonObject => ({
  ...event,
  ...fields,
  type,
})
