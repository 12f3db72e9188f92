import {
  bindingRoutesOf,
  type CheckTools,
  type Completed,
  type Constraint,
  describeFailure,
  holdToSchema,
  inParallel,
  judgeJson,
  promise,
  quote,
  runsOn,
  tokensWithin,
} from '#infergate'
import person from '../../fixtures/schemas/person.json' with { type: 'json' }

/** `{"name":"…","age":120}` with twelve characters, each escaped, is 93 bytes: a token a byte fits. */
const PERSON_TOKENS = 160
const PERSON_BYTES = 93
/** In a context without room for the longest, most answers are short enough all the same. */
const LEAST_TOKENS = 48
const PERSON_SAMPLES = 24

promise('structured-outputs.answers-are-json', {
  says: 'every answer to a small schema is JSON and keeps the schema',
  needs: ['json-schema'],
  async check({ service, verify, inconclusive, sampled }) {
    const { answers } = await drawPeople(service)
    const judged = await Promise.all(
      answers.map(async (answer) => ({ answer, ...(await judgeJson(answer.text, person)) })),
    )
    const whole = judged.filter(({ verdict }) => verdict !== 'truncated' && verdict !== 'unjudged')
    const notJson = whole.filter(({ verdict }) => verdict === 'not-json')
    const invalid = whole.filter(({ verdict }) => verdict === 'invalid')
    verify(
      notJson.length === 0,
      `${notJson.length} of ${judged.length} answers are not JSON: ${notJson[0]?.reason}; ${quote(notJson[0]?.answer.text ?? '')}`,
      ...notJson.map(({ answer }) => answer),
    )
    verify(
      invalid.length === 0,
      `${invalid.length} of ${judged.length} answers break the schema: ${invalid[0]?.reason}; ${quote(invalid[0]?.answer.text ?? '')}`,
      ...invalid.map(({ answer }) => answer),
    )
    if (whole.length < judged.length / 2)
      inconclusive(`only ${whole.length} of ${judged.length} answers came to an end`, ...answers.slice(0, 3))
    sampled(whole.length)
  },
})

promise('structured-outputs.answers-end', {
  says: 'an answer to a small schema ends by itself, and does not run on in white space',
  needs: ['json-schema'],
  async check({ service, verify, sampled }) {
    const { answers, maxTokens } = await drawPeople(service)
    sampled(answers.length)
    const endless = answers.filter(runsOn)
    verify(
      endless.length === 0,
      `${endless.length} of ${answers.length} answers run on in white space: ${quote(endless[0]?.text ?? '', 60)}`,
      ...endless,
    )
    const cut = answers.filter(({ finishReason }) => finishReason === 'length')
    verify(
      cut.length === 0 || maxTokens <= PERSON_BYTES,
      `${cut.length} of ${answers.length} answers did not end within ${maxTokens} tokens, ` +
        `though ${PERSON_BYTES} bytes hold any that the schema allows: ${quote(cut[0]?.text ?? '')}`,
      ...cut,
    )
  },
})

promise('structured-outputs.cut-answers-say-length', {
  says: 'an answer cut by its token limit is the beginning of the JSON and says length',
  needs: ['json-schema'],
  async check({ service, verify, inconclusive, sampled }) {
    let cut = 0
    // Room for a thought would hold a whole answer as well.
    const { reasoning } = service.profile
    const thinking = reasoning && !reasoning.off ? 'counted' : undefined
    for (const maxTokens of [1, 2, 3, 5, 8]) {
      const constraint: Constraint = { kind: 'json-schema', schema: person }
      const generation = await service.generate({
        prompt: 'Give Rosa, 31, Oslo as JSON.',
        maxTokens,
        constraint,
        ...(thinking && { thinking }),
      })
      const held = await holdToSchema(`an answer of at most ${maxTokens} tokens`, person, generation)
      verify(
        held !== 'refused',
        `a limit of ${maxTokens} tokens was refused: ${describeFailure(generation)}`,
        generation,
      )
      if (held === 'cut') cut += 1
    }
    if (cut === 0) inconclusive('eight tokens held a whole answer: nothing was cut')
    sampled(cut)
  },
})

/** On each route on which a format binds, in turn. */
async function drawPeople(
  service: CheckTools['service'],
): Promise<{ readonly answers: readonly Completed[]; readonly maxTokens: number }> {
  const routes = bindingRoutesOf(service)
  const maxTokens = await tokensWithin(service, PERSON_TOKENS, LEAST_TOKENS)
  const answers = await inParallel(PERSON_SAMPLES, 4, (index) =>
    service.answer({
      prompt: 'Give Rosa, 31, Oslo as JSON.',
      route: routes[index % routes.length] ?? 'generate',
      maxTokens,
      temperature: 1,
      constraint: { kind: 'json-schema', schema: person },
    }),
  )
  return { answers, maxTokens }
}
