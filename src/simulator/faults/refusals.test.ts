import { testFaults } from '../testing/fault-table.ts'
import type { Look, Observation } from '../testing/observe.ts'
import { refusalFaults } from './refusals.ts'

const BAD = { prompt: 'Say hello.', temperature: -1 }
const BAD_TURN = { messages: [{ role: 'user', content: 'Say hello.' }], temperature: -1 }

const onChat = ({ post }: Look) => post('/v1/chat/completions', BAD_TURN)
const streamed = ({ post }: Look) => post('/v1/completions', { ...BAD, stream: true })

/** Whether what completions refuse looks so. */
const isRefusedSo =
  (is: (error: { readonly [field: string]: unknown }, body: string) => boolean): Observation =>
  async ({ ask }) => {
    const { body } = await ask({ temperature: -1 })
    return is(JSON.parse(body).error ?? {}, body)
  }

testFaults(refusalFaults, {
  'error-flat-on-chat': async (look) => JSON.parse((await onChat(look)).text).error === undefined,
  'error-is-a-page': async ({ ask }) => (await ask({ temperature: -1 })).body.startsWith('<!doctype html>'),
  'error-is-plain-text': async ({ ask }) => !(await ask({ temperature: -1 })).body.startsWith('{'),
  'error-without-body': async ({ ask }) => (await ask({ temperature: -1 })).body === '',
  'error-called-html': async (look) => (await onChat(look)).headers['content-type'] === 'text/html',
  'error-message-empty': isRefusedSo(({ message }) => message === ''),
  'error-message-object': isRefusedSo(({ message }) => typeof message === 'object'),
  'error-names-nothing': isRefusedSo((_, body) => !body.includes('temperature')),
  'error-code-of-another': isRefusedSo(({ code }) => code === 500),
  'error-fields-of-other-types': isRefusedSo(({ type }) => typeof type === 'number'),
  'error-is-200': async ({ ask }) => (await ask({ temperature: -1 })).status === 200,
  'tokenize-error-is-200': async ({ post }) => (await post('/tokenize', {})).status === 200,
  'streamed-error-bare': async (look) => {
    const { status, text } = await streamed(look)
    return status === 200 && !text.includes('data:')
  },
  'streamed-error-text': async (look) => (await streamed(look)).text.includes('"said"'),
  'error-echoes-request': async ({ ask }) =>
    (await ask({ prompt: 'word '.repeat(500), temperature: -1 })).body.length > 2_500,
  'error-grows-with-parts': async ({ post }) =>
    (await post('/v1/completions', { prompt: Array.from({ length: 50 }, () => ({})) })).text.length > 5_000,
  'key-in-error': async ({ ask }) => (await ask({ temperature: -1 })).body.includes('headers'),
  'traceback-on-chat': async (look) => (await onChat(look)).text.includes('candle_core::'),
  'unknown-model-500': async ({ post }) =>
    (await post('/v1/completions', { ...BAD, model: 'no-such-model' })).status === 500,
})
