import { isObject } from '../fields.ts'
import type { Asked } from '../hooks.ts'
import { withBody } from './edit-request.ts'
import { type Fault, OPENAI } from './fault.ts'
import { isGeneration, type JsonObject } from './patch.ts'

const family = 'forms'
const READS = 'forms.reads-any-text'

/** Prompts whose text something before the model does not like, or thinks that it may change. */
export const promptTextFaults: readonly Fault[] = [
  {
    id: 'firewall-refuses-code',
    says: 'a firewall in front answers a prompt with markup or a query with a 403 page',
    family,
    source: 'https://github.com/google/adk-python/issues/4372',
    dialects: OPENAI,
    caughtBy: { [READS]: /a prompt with a page is refused .*HTTP 403.*one with plain words is answered/ },
    arm: () => ({ reply: (reply, asked) => (isSuspicious(asked) ? FORBIDDEN : reply) }),
  },
  {
    id: 'prompt-markup-stripped',
    says: 'markup is taken out of a prompt',
    family,
    source: 'https://github.com/google/adk-python/issues/4372',
    dialects: OPENAI,
    caughtBy: { [READS]: /a page as a prompt: sent was ".*", read was "/ },
    arm: () => withTexts((text) => text.replace(/<[^>]*>/g, '')),
  },
  {
    id: 'prompt-white-space-collapsed',
    says: 'each run of white space in a prompt becomes one space',
    family,
    source: 'https://github.com/EleutherAI/text-generation-testing-ui/issues/8',
    dialects: OPENAI,
    caughtBy: { [READS]: /white space as a prompt: sent was ".*", read was "/ },
    arm: () => withTexts((text) => text.replace(/\s+/g, ' ')),
  },
  {
    id: 'templates-in-prompts-rendered',
    says: 'on chat what stands in double braces is taken for a template, and replaced by nothing',
    family,
    source: 'https://github.com/langchain4j/langchain4j/issues/2665',
    dialects: OPENAI,
    caughtBy: {
      [READS]: /a text with a template adds \d+ tokens to a plain one on chat, and \d+ on completions/,
    },
    arm: () =>
      withBody((body) =>
        body['messages'] ? edited(body, (text) => text.replace(/\{\{.*?\}\}/g, '')) : body,
      ),
  },
]

const FORBIDDEN = {
  ...{ status: 403, headers: { 'content-type': 'text/html' } },
  body: '<html><body>403 Forbidden</body></html>',
}

const isSuspicious = ({ path, body }: Asked): boolean =>
  isGeneration(path) && /<script|select \* from/i.test(JSON.stringify(body ?? ''))

const withTexts = (change: (text: string) => string) => withBody((body) => edited(body, change))

function edited(body: JsonObject, change: (text: string) => string): JsonObject {
  const { prompt, messages } = body
  if (typeof prompt === 'string') return { ...body, prompt: change(prompt) }
  if (!Array.isArray(messages)) return body
  const inside = (message: unknown) =>
    isObject(message) && typeof message['content'] === 'string'
      ? { ...message, content: change(message['content']) }
      : message
  return { ...body, messages: messages.map(inside) }
}
