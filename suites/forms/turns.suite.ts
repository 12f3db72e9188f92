import { type CheckTools, type Generation, promise } from '#infergate'
import { COUNTED, promptTokensOf, taken } from './story.ts'

/** A short text and a long one: by how much one prompt outgrows another does not depend on what a template adds by itself. */
const [SHORT, LONG] = [
  'Be kind.',
  'Be kind, speak of the sea and of the wind, and end with a question.',
] as const

type Message = { readonly role: string; readonly content: string }

const NOW: Message = { role: 'user', content: 'Say hello.' }

/** Where a text may stand before the last message. */
const PLACES: Readonly<Record<string, (content: string) => readonly Message[]>> = {
  'the system message': (content) => [{ role: 'system', content }, NOW],
  'an earlier question': (content) => [
    { role: 'user', content },
    { role: 'assistant', content: 'Yes.' },
    NOW,
  ],
  'an earlier answer': (content) => [{ role: 'user', content: 'Hi.' }, { role: 'assistant', content }, NOW],
}

/** The least of what a text is in tokens that has to be counted where it stands elsewhere. */
const READ = 0.5

promise('forms.reads-every-message', {
  says: 'the system message and every earlier turn are read: what stands in them is counted',
  needs: ['chat', 'usage'],
  async check(tools) {
    const { service, verify, inCase, inconclusive } = tools
    const ask = (messages: readonly Message[]) =>
      service.generate({ ...COUNTED, prompt: '', route: 'chat', wire: { messages } })
    const [long, short] = await both(tools, 'a question', (content) => ask([{ role: 'user', content }]))
    const more = long - short
    if (more < 4) inconclusive(`a long question counts ${long} tokens, a short one ${short}`)
    verify(true, 'counted')
    for (const [name, messages] of Object.entries(PLACES))
      await inCase(name, async () => {
        const [long, short] = await both(tools, name, (content) => ask(messages(content)))
        verify(
          long - short >= READ * more,
          `${name} is not read: with ${LONG.length} characters in it the prompt counts ${long} tokens, with ${SHORT.length} it counts ${short}; as a question the longer counts ${more} more`,
        )
      })
  },
})

async function both(
  tools: CheckTools,
  name: string,
  ask: (content: string) => Promise<Generation>,
): Promise<readonly [long: number, short: number]> {
  const [long, short] = await Promise.all([ask(LONG), ask(SHORT)])
  const countOf = (answer: Generation) => promptTokensOf(tools, takenHere(tools, name, answer))
  return [countOf(long), countOf(short)]
}

/** A template may have no place for a system message, and says so. */
function takenHere(tools: CheckTools, name: string, answer: Generation) {
  const isTemplates = answer.outcome === 'failed' && answer.status === 400 && name === 'the system message'
  if (isTemplates) tools.notApplicable(`its template takes no system message: ${answer.message}`)
  return taken(tools, name, answer)
}
