import {
  type CheckTools,
  contextTokens,
  describeFailure,
  type GeneratingRoute,
  onRoute,
  promise,
  quote,
  routesOf,
} from '#infergate'
import { COUNTED, promptTokensOf } from './story.ts'

/** What people paste: code, queries, paths, templates, and characters that a normal form of Unicode replaces. */
const TEXTS: Readonly<Record<string, string>> = {
  code: 'if (a < b && c["d"]) { return "<b>{e}</b>" } // 100 %s',
  'a page': '<html><script>alert(1)</script><body onload="go()">Hi &amp; bye</body></html>',
  'a query': "SELECT * FROM users WHERE id = 1 OR '1'='1'; DROP TABLE users; --",
  paths: 'cat ../../../etc/passwd | grep root; rm -rf /tmp/x',
  'a template': 'Dear {{name}}, {% if a %}you{% endif %} owe {0} and {amount}.',
  'white space': 'one  two\t\tthree\r\n\r\n    four\n\n\nfive',
  'characters with compatible ones': 'ﬁne Ａ ½ e\u0301 ① 😀 \u00a0x',
}

/** Each character of the longest of them, thrice, could be a token, and some are several bytes. */
const LONGEST_PROMPT = 512

const PLAIN = 'The harbour is quiet in the morning, and the boats go out one by one.'

promise('forms.reads-any-text', {
  says: 'any text can be a prompt (code, markup, queries, paths, templates, white space) and is read as it is',
  needs: ['usage'],
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (((await contextTokens(service)) ?? LONGEST_PROMPT) < LONGEST_PROMPT)
      notApplicable('its context is too small for that')
    const routes = routesOf(service)
    for (const [name, text] of Object.entries(TEXTS))
      await inCase(`${name} as a prompt`, async () => {
        const counts = new Map<GeneratingRoute, number>()
        for (const route of routes) counts.set(route, await readsOn(tools, route, name, text))
        verifyCounts(tools, name, counts)
      })
  },
})

/** How many tokens a text adds to a prompt. */
async function readsOn(
  tools: CheckTools,
  route: GeneratingRoute,
  name: string,
  text: string,
): Promise<number> {
  const { service, verify } = tools
  const isVllm = service.profile.engine === 'vllm'
  const echo = isVllm && route === 'generate' ? { wire: { echo: true } } : {}
  // Between words, since a template may trim what it is given.
  const prompt = `Say: ${text} - thrice: ${text} ${text} - now.`
  const answer = await service.generate({ ...COUNTED, prompt, route, ...echo })
  const plain = await service.answer({ ...COUNTED, prompt: PLAIN, route })
  verify(
    answer.outcome === 'completed',
    onRoute(
      service,
      `a prompt with ${name} is refused (${answer.outcome === 'failed' ? describeFailure(answer) : ''}), one with plain words is answered`,
      route,
    ),
    answer,
    plain,
  )
  if (answer.outcome !== 'completed') return 0
  if ('wire' in echo) {
    const read = answer.text.slice(0, prompt.length)
    verify(read === prompt, `sent was ${quote(prompt)}, read was ${quote(read)}`, answer)
  }
  return promptTokensOf(tools, answer) - promptTokensOf(tools, plain)
}

/** Of one more text than another: a template's own tokens are the same for both, but for where they meet the text. */
const TOLERATED_TOKENS = 3

function verifyCounts({ service, verify }: CheckTools, name: string, counts: Map<GeneratingRoute, number>) {
  const [chat, plain] = [counts.get('chat'), counts.get('generate')]
  if (service.profile.engine !== 'vllm' || chat === undefined || plain === undefined) return
  verify(
    Math.abs(chat - plain) <= TOLERATED_TOKENS,
    `a text with ${name} adds ${chat} tokens to a plain one on chat, and ${plain} on completions: one of them changes it before it is read`,
  )
}
