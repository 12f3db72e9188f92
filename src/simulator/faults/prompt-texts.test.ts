import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { promptTextFaults } from './prompt-texts.ts'

/** What of the prompt an echo gives back. */
const echoed = async ({ ask }: Look, prompt: string) =>
  (await ask({ prompt, maxTokens: 1, wire: { echo: true } })).text.slice(0, prompt.length)
const isChanged = async (look: Look, prompt: string) => (await echoed(look, prompt)) !== prompt

async function chatTokens({ post }: Look, content: string): Promise<number> {
  const messages = [{ role: 'user', content }]
  const said = await post('/v1/chat/completions', { model: 'infergate-simulated', messages, max_tokens: 1 })
  return JSON.parse(said.text).usage.prompt_tokens
}

testFaults(promptTextFaults, {
  'firewall-refuses-code': async ({ ask }) =>
    (await ask({ prompt: 'See <script>x()</script>' })).status === 403,
  'prompt-markup-stripped': (look) => isChanged(look, 'A <b>bold</b> word'),
  'prompt-white-space-collapsed': (look) => isChanged(look, 'two  spaces'),
  'templates-in-prompts-rendered': async (look) =>
    (await chatTokens(look, 'Dear {{ name of somebody }}, hi')) === (await chatTokens(look, 'Dear , hi')),
})
