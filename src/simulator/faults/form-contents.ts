import { isObject } from '../fields.ts'
import { type Hooks, headerOf } from '../hooks.ts'
import { malformed } from '../refusal.ts'
import { withBody } from './edit-request.ts'
import { type Fault, OPENAI } from './fault.ts'

const family = 'forms'

/** The contents of messages, in the forms that clients send, and their bytes: all of it is read, and read alike. */
export const contentFaults: readonly Fault[] = [
  {
    id: 'last-part-only',
    says: 'of content in several text parts only the last is read',
    family,
    source: 'https://github.com/Blaizzy/mlx-vlm/pull/1137',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part':
        /list of 3 text parts counts \d+ prompt tokens, .* as one string \d+: only the last part was read/,
    },
    arm: () => withParts((parts) => parts.slice(-1)),
  },
  {
    id: 'first-part-only',
    says: 'of content in several text parts only the first is read',
    family,
    source: 'https://github.com/Blaizzy/mlx-vlm/pull/1137',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part':
        /list of 3 text parts counts \d+ prompt tokens, .* as one string \d+: only the first part was read/,
    },
    arm: () => withParts((parts) => parts.slice(0, 1)),
  },
  {
    id: 'parts-blanked',
    says: 'content in text parts is read as an empty text, 200',
    family,
    source: 'https://github.com/CommandCodeAI/command-code/issues/820',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part':
        /list of 3 text parts counts \d+ prompt tokens, .* as one string \d+: no part was read/,
    },
    arm: () => withParts(() => []),
  },
  {
    id: 'parts-reversed',
    says: 'text parts are read in the opposite order',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/8367',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part': /greedy answers to text parts are not those .*in the opposite order/,
    },
    arm: () => withParts((parts) => parts.toReversed()),
  },
  {
    id: 'parts-as-json',
    says: 'a list of text parts is read as its own JSON text',
    family,
    source: 'https://github.com/infiniflow/ragflow/pull/15359',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part':
        /list of 3 text parts counts \d+ prompt tokens, .* as one string \d+: more was read than was sent/,
    },
    arm: () => withContent((content) => (Array.isArray(content) ? JSON.stringify(content) : content)),
  },
  {
    id: 'parts-refused',
    says: 'content in text parts is refused: it has to be a string',
    family,
    source: 'https://github.com/kvcache-ai/ktransformers/issues/773',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part': /text parts? is not answered: .*400.*Input should be a valid string/,
    },
    arm: () =>
      withContent((content) => {
        if (Array.isArray(content)) throw malformed('messages.content: Input should be a valid string')
        return content
      }),
  },
  {
    id: 'system-parts-blanked',
    says: 'a system message in text parts is read as empty, a question in parts is read',
    family,
    source: 'https://github.com/CommandCodeAI/command-code/issues/820',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-part':
        /a system message in 3 text parts counts \d+ prompt tokens, as one string \d+: not every part was read/,
    },
    arm: () => withParts((parts, role) => (role === 'system' ? [] : parts)),
  },
  {
    id: 'system-message-dropped',
    says: 'the system message is dropped, 200',
    family,
    source: 'https://github.com/InternLM/lmdeploy/issues/464',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-message':
        /the system message is not read: with \d+ characters in it the prompt counts (\d+) tokens, with 8 it counts \1;/,
    },
    arm: () => withMessages((messages) => messages.filter((message) => Object(message).role !== 'system')),
  },
  {
    id: 'early-turns-dropped',
    says: 'only the last message is read, 200',
    family,
    source: 'https://github.com/JustVugg/lumabri/pull/54',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-message':
        /an earlier question is not read: with \d+ characters in it the prompt counts (\d+) tokens, with 8 it counts \1;/,
    },
    arm: () => withMessages((messages) => messages.slice(-1)),
  },
  {
    id: 'early-answers-dropped',
    says: 'earlier answers are dropped, earlier questions are read',
    family,
    source: 'https://github.com/CommandCodeAI/command-code/issues/820',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-message':
        /an earlier answer is not read: with \d+ characters in it the prompt counts (\d+) tokens, with 8 it counts \1;/,
    },
    arm: () => withMessages((messages) => messages.filter((message) => Object(message).role !== 'assistant')),
  },
  {
    id: 'system-message-cut',
    says: 'of the system message only the first word is read',
    family,
    source: 'https://github.com/quantumaikr/quant.cpp/issues/64',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-every-message':
        /the system message is not read: with \d+ characters in it the prompt counts (\d+) tokens, with 8 it counts \1;/,
    },
    arm: () =>
      withContent((content, role) =>
        role === 'system' && typeof content === 'string' ? content.split(' ')[0] : content,
      ),
  },
  {
    id: 'escapes-not-decoded',
    says: 'escapes of JSON (\\u0041) stay as they are written in the prompt',
    family,
    source: 'https://github.com/aws-greengrass/aws-greengrass-lite/pull/685',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-json-alike': /escapes of JSON .* the prompt was read as ".*u[\da-f]{4}.*, sent was "Zoë/,
    },
    arm: () => ({ text: (text) => text.replaceAll(/\\u(?=[0-9a-f]{4})/gi, '\\\\u') }),
  },
  {
    id: 'surrogates-broken',
    says: 'a character that is escaped as a surrogate pair becomes two replacement characters',
    family,
    source: 'https://github.com/nim-lang/Nim/pull/10987',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-json-alike': /escapes of JSON .* the prompt was read as ".*\uFFFD.*, sent was "Zoë/,
    },
    arm: () => ({ text: (text) => text.replaceAll(/\\ud[89a-f][0-9a-f]{2}/gi, '\\ufffd') }),
  },
  {
    id: 'charset-refused',
    says: 'a content type with its charset is refused',
    family,
    source: 'https://github.com/phodal/auto-dev/issues/289',
    dialects: OPENAI,
    caughtBy: {
      'forms.reads-json-alike':
        /a content type with its charset is not answered: .*400.*unsupported media type/,
    },
    arm: () => ({
      text: (text, asked) => {
        const contentType = headerOf(asked, 'content-type') ?? ''
        if (contentType.includes('charset'))
          throw malformed(`unsupported media type: ${contentType}, it must be application/json`)
        return text
      },
    }),
  },
]

const withMessages = (change: (messages: readonly unknown[]) => readonly unknown[]): Pick<Hooks, 'body'> =>
  withBody((body) => {
    const { messages } = body
    return Array.isArray(messages) ? { ...body, messages: change(messages) } : body
  })

const withContent = (change: (content: unknown, role: unknown) => unknown): Pick<Hooks, 'body'> =>
  withMessages((messages) =>
    messages.map((message) =>
      isObject(message) ? { ...message, content: change(message['content'], message['role']) } : message,
    ),
  )

const withParts = (change: (parts: readonly unknown[], role: unknown) => unknown): Pick<Hooks, 'body'> =>
  withContent((content, role) => (Array.isArray(content) ? change(content, role) : content))
