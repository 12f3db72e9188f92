import {
  type CheckTools,
  type Completed,
  drawAlike,
  type GenerationRequest,
  inParallel,
  promise,
  type Service,
  verifyAlike,
} from '#infergate'
import { COUNTED, inPair, isSaidAlike, openPrompt, promptTokensOf, taken } from './story.ts'

/** Of different lengths, so that the count tells which of them was read. */
const PARTS = ['A bird sang in the old tree.', 'The fox ran.', 'Rain fell on us all day.']

/** What a chat template may set between parts. */
const JOINTS = ['\n', '', ' ']

const asParts = (texts: readonly string[]) => texts.map((text) => ({ type: 'text', text }))

promise('forms.reads-every-part', {
  says: 'a message whose content is a list of text parts is read whole, as the same text in one string is',
  needs: ['chat', 'usage'],
  alone: 'compares',
  async check(tools) {
    const { inCase } = tools
    const cases = Object.entries({
      'one text part': onePart,
      'several text parts': severalParts,
      'a system message in parts': systemParts,
      'the text of several parts': sameText,
    })
    // Two at once: a batch turns few texts, and one pair that it does not turn is enough.
    await inParallel(cases.length, 2, async (index) => {
      const [name, judge] = cases[index] ?? ['none', async () => {}]
      await inCase(name, () => judge(tools))
    })
  },
})

const user = (content: unknown): GenerationRequest => ({
  ...COUNTED,
  ...{ prompt: '', route: 'chat' as const, wire: { messages: [{ role: 'user', content }] } },
})

const ask = (service: Service, content: unknown): Promise<Completed> => service.answer(user(content))

async function onePart(tools: CheckTools): Promise<void> {
  const { service, verify } = tools
  const [text = ''] = PARTS
  const name = 'content as a list of one text part'
  const whole = promptTokensOf(tools, await ask(service, text))
  const answer = taken(tools, name, await service.generate(user(asParts([text]))))
  const count = promptTokensOf(tools, answer)
  const seen = `${name} counts ${count} prompt tokens, the same text as a string ${whole}`
  verify(count === whole, count < whole ? `${seen}: not all of it was read` : seen, answer)
}

/** Two tokens may be one where parts are joined in another way. */
const JOINED_TOKENS = 2

async function severalParts(tools: CheckTools): Promise<void> {
  const { service, verify } = tools
  const name = `content as a list of ${PARTS.length} text parts`
  const answer = taken(tools, name, await service.generate(user(asParts(PARTS))))
  const count = promptTokensOf(tools, answer)
  const joined = await Promise.all(
    JOINTS.map(async (joint) => promptTokensOf(tools, await ask(service, PARTS.join(joint)))),
  )
  const [least, most] = [Math.min(...joined) - JOINED_TOKENS, Math.max(...joined) + 2 * PARTS.length]
  if (count >= least && count <= most) return verify(true, name)
  const seen = `${name} counts ${count} prompt tokens, the same text as one string ${joined[0]}`
  verify(count < least, `${seen}: more was read than was sent`, answer)
  const alone = await Promise.all(PARTS.map(async (part) => promptTokensOf(tools, await ask(service, part))))
  const places = ['first', 'second', 'last'].filter((_, index) => alone[index] === count)
  const read =
    places.length > 0 ? `only the ${places.join(' or the ')} part was read` : 'not every part was read'
  verify(false, `${seen}: ${count < Math.min(...alone) ? 'no part was read' : read}`, answer)
}

async function systemParts(tools: CheckTools): Promise<void> {
  const { service, verify } = tools
  const asked = (content: unknown) => ({
    ...user('Say hello.'),
    wire: {
      messages: [
        { role: 'system', content },
        { role: 'user', content: 'Say hello.' },
      ],
    },
  })
  const [whole, parts] = [
    await service.generate(asked(PARTS.join('\n'))),
    await service.generate(asked(asParts(PARTS))),
  ]
  const string = promptTokensOf(tools, taken(tools, 'a system message', whole))
  const answer = taken(tools, 'a system message in text parts', parts)
  const count = promptTokensOf(tools, answer)
  verify(
    count >= string - JOINED_TOKENS * PARTS.length,
    `a system message in ${PARTS.length} text parts counts ${count} prompt tokens, as one string ${string}: not every part was read`,
    answer,
  )
}

/** Where the count tells how a template joins parts, the text that the model makes of them is that of the joined string. */
async function sameText(tools: CheckTools): Promise<void> {
  const { service, notApplicable } = tools
  if (service.profile.engine !== 'vllm') notApplicable("only vLLM's templates join parts in a known way")
  const parts = [PARTS[0] ?? '', PARTS[2] ?? '']
  const drawn = await drawAlike(async (index) => {
    const texts = [...parts, openPrompt(index)]
    const listed = await service.answer({
      ...inPair(index),
      ...user(asParts(texts)),
      maxTokens: inPair(index).maxTokens,
    })
    const strings: Completed[] = []
    for (const joint of JOINTS) {
      const string = await service.answer({
        ...inPair(index),
        ...user(texts.join(joint)),
        maxTokens: inPair(index).maxTokens,
      })
      if (string.usage?.promptTokens !== listed.usage?.promptTokens) continue
      strings.push(string)
      if (isSaidAlike([listed, string])) break
    }
    const string =
      strings.at(-1) ?? notApplicable('its template sets more between parts than a line or a space')
    return [listed, string]
  }, isSaidAlike)
  const isTurned =
    drawn.verdict === 'different' && (await isOfTurnedParts(service, parts, drawn.pairs[0]?.[0]))
  verifyAlike(
    tools,
    drawn,
    `${drawn.differing} of ${drawn.pairs.length} greedy answers to text parts are not those to the same text in one string`,
    isTurned ? 'the first of them is that to its parts in the opposite order' : undefined,
  )
}

/** Whether the first answer of a drawing is what the same parts get from last to first. */
async function isOfTurnedParts(
  service: Service,
  parts: readonly string[],
  listed?: Completed,
): Promise<boolean> {
  const turned = [...parts, openPrompt(0)].reverse()
  const strings = await Promise.all(
    JOINTS.map((joint) =>
      service.answer({ ...inPair(0), ...user(turned.join(joint)), maxTokens: inPair(0).maxTokens }),
    ),
  )
  return listed !== undefined && strings.some((string) => isSaidAlike([listed, string]))
}
