import { foreignMarker, good, inParallel, markers, probe, promise, quote } from '#infergate'
import { STORY } from './story.ts'

promise('generation.answers-in-parallel', {
  says: 'sixteen requests at once all get good answers',
  alone: 'hurts',
  async check({ service, sampled }) {
    await inParallel(32, 16, async (index) =>
      good(
        await service.generate({ ...STORY, maxTokens: 12, temperature: 1 }),
        `request ${index + 1}, 16 at once`,
      ),
    )
    sampled(32)
  },
})

promise('generation.serves-a-crowd', {
  says: 'of many requests at once each is answered, or turned away as one too many (429, 503)',
  alone: 'hurts',
  async check({ service, verify, sampled }) {
    const answers = await inParallel(96, 48, () =>
      service.generate({ prompt: 'Tell me a story.', maxTokens: 12, temperature: 1 }),
    )
    sampled(answers.length)
    const turnedAway = answers.filter(({ received }) => received?.status === 429 || received?.status === 503)
    verify(turnedAway.length < answers.length, 'all of 96 requests were turned away', ...turnedAway)
    for (const answer of answers) if (!turnedAway.includes(answer)) good(answer, 'a request, 48 at once')
    await probe(service)
  },
})

promise('generation.keeps-requests-apart', {
  says: 'an answer never holds what another request asked for',
  alone: 'hurts',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const answer = await service.answer({ prompt: `Repeat: "${own}"`, maxTokens: 24, temperature: 0 })
      const foreign = foreignMarker(answer.text, own, all)
      verify(
        foreign === undefined,
        `the answer to the request with ${own} holds ${foreign}, the marker of another request`,
        answer,
      )
    })
    sampled(32)
  },
})

promise('generation.keeps-constrained-requests-apart', {
  says: 'each of sixteen parallel requests gets the one answer that its own constraint allows',
  needs: ['regex'],
  alone: 'hurts',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const constraint = { kind: 'regex', pattern: own } as const
      const answer = await service.answer({
        prompt: `Repeat: "${own}"`,
        maxTokens: 24,
        temperature: 0,
        constraint,
      })
      const foreign = foreignMarker(answer.text, own, all)
      verify(
        foreign === undefined,
        `the answer that had to be ${own} holds ${foreign}, another request's`,
        answer,
      )
      verify(answer.text === own, `the answer had to be ${own}, it is ${quote(answer.text)}`, answer)
    })
    sampled(32)
  },
})
