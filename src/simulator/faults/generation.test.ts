import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { burst } from '../testing/patience.ts'
import { generationFaults } from './generation.ts'

const MARKERS = Array.from({ length: 16 }, (_, index) => `mark-${index}x`)
const repeat = (marker: string) => ({ prompt: `Repeat: "${marker}"`, temperature: 0, maxTokens: 40 })
/** The text without stop strings, and a piece of it that ends a word and one from its middle. */
const free = async ({ ask }: Look) => (await ask({ temperature: 0, maxTokens: 60 })).text

testFaults(generationFaults, {
  'cross-request-leak': async ({ ask }) => {
    const answers = await burst(16, (index) => ask(repeat(MARKERS[index] ?? '')))
    return answers.some(({ text }, index) =>
      MARKERS.some((marker, other) => other !== index && text.includes(marker)),
    )
  },
  'stop-gives-empty': async ({ ask }) => (await ask({ stop: ['zqzqzq'], temperature: 0 })).text === '',
  'stop-missed-in-token': async (look) => {
    const text = await free(look)
    const middle = /\w{2}(?=\w)/.exec(text)
    const { text: cut } = await look.ask({ temperature: 0, maxTokens: 60, stop: [middle?.[0] ?? ''] })
    return cut !== text.slice(0, middle?.index)
  },
  'stop-ignored': async (look) => {
    const text = await free(look)
    const { text: cut } = await look.ask({ temperature: 0, maxTokens: 60, stop: [text.slice(4, 8)] })
    return cut === text
  },
  'stop-only-first': async (look) => {
    const text = await free(look)
    const { text: cut } = await look.ask({ temperature: 0, maxTokens: 60, stop: ['zqzq', text.slice(4, 8)] })
    return cut === text
  },
  'end-token-leak': async ({ ask }) => (await ask({ maxTokens: 400 })).text.endsWith('<|im_end|>'),
  'end-token-unknown': async ({ ask }) =>
    (await ask({ prompt: 'Say hello.', temperature: 0, maxTokens: 60 })).completionTokens === 60,
  'min-tokens-ignored': async ({ ask }) => {
    const wire = { min_tokens: 60 }
    return (
      ((await ask({ prompt: 'Say hello.', maxTokens: 60, temperature: 0, wire })).completionTokens ?? 0) < 60
    )
  },
  'max-tokens-off-by-one': async ({ ask }) =>
    (await burst(3, () => ask({ maxTokens: 9 }))).some(({ completionTokens }) => completionTokens === 8),
  'length-masked': async ({ ask }) => {
    const { finish, completionTokens } = await ask({ maxTokens: 5 })
    return completionTokens === 5 && finish === 'stop'
  },
  'no-content-200': async ({ ask }) => {
    const { status, text, completionTokens = 0 } = await ask()
    return status === 200 && text === '' && completionTokens > 0
  },
  'single-symbol-loop': async ({ ask }) => (await ask()).text === '!'.repeat(30),
  'garbage-under-load': async ({ ask }) => {
    const answers = await burst(16, () => ask({ prompt: 'Count to 99.', temperature: 0, maxTokens: 40 }))
    return answers.some(({ text }) => !/^[\d ]+$/.test(text))
  },
  'seed-ignored': async ({ ask }) => {
    const texts = await burst(4, () => ask({ temperature: 1, wire: { seed: 5 } }))
    return new Set(texts.map(({ text }) => text)).size > 1
  },
  'same-sample-everywhere': async ({ ask }) => {
    const texts = await burst(5, () => ask({ temperature: 1 }))
    return new Set(texts.map(({ text }) => text)).size === 1
  },
  'temperature-ignored': async ({ ask }) => {
    const texts = await burst(5, () => ask({ temperature: 1.5 }))
    return new Set(texts.map(({ text }) => text)).size === 1
  },
  'echo-500': async ({ ask }) => {
    const whole = await ask({ wire: { echo: true } })
    const streamed = await ask({ wire: { echo: true, stream: true } })
    return whole.status === 500 && streamed.status === 400
  },
  'prompt-silently-cut': async ({ ask }) => {
    const { status, promptTokens = 0 } = await ask({ prompt: `Repeat: "needle" ${'x'.repeat(6000)}` })
    return status === 200 && promptTokens < 600
  },
})
