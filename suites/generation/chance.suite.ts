import { type Completed, drawAlike, inParallel, onRoute, promise, routesOf, verifyAlike } from '#infergate'
import { inPair, STORY } from './story.ts'

/** Two seeds may say the same by chance where a model is sure of its words; three may not. */
const SEEDS = 3
/** So many answers that are one text are no chance any more: c³, c the chance that two are. */
const UNSEEDED = 6

const differ = (answers: readonly Completed[]): boolean => new Set(answers.map(({ text }) => text)).size > 1

promise('generation.keeps-seeds', {
  says: 'the same seed gives the same text, different seeds do not',
  needs: ['seed'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, verify, inCase } = tools
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a seed', route), async () => {
        const draw = (index: number, isShort = false) => {
          const request = { ...inPair(index, isShort), prompt: STORY.prompt, route }
          return service.answer({ ...request, temperature: 1, seed: 11 + index })
        }
        const drawn = await drawAlike(async (index, isShort) => [
          await draw(index, isShort),
          await draw(index, isShort),
        ])
        const { differing, pairs } = drawn
        verifyAlike(tools, drawn, `${differing} of ${pairs.length} pairs with equal seeds differ`)
        const answers = pairs.map(([answer]) => answer)
        const texts = () => new Set(answers.map(({ text }) => text)).size
        while (texts() === 1 && answers.length < SEEDS) answers.push(await draw(answers.length))
        verify(texts() > 1, 'three different seeds gave the same text', ...answers)
        // What one request sets may not last: the next without a seed is drawn anew.
        const unseeded: Completed[] = []
        while (unseeded.length < UNSEEDED && !differ(unseeded))
          unseeded.push(await service.answer({ ...STORY, route, temperature: 1.5 }))
        verify(
          differ(unseeded),
          `after a seed ${UNSEEDED} answers without one are the same at temperature 1.5: the seed lasts beyond its request`,
          ...unseeded,
        )
      })
  },
})

/** Requests at once while a greedy answer is made: a batch on a machine that a handful of users share. */
const COMPANY = 7

promise('generation.is-greedy-in-company', {
  says: 'at temperature 0 an answer in a batch is the one that the prompt gets alone',
  alone: 'hurts',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase } = tools
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a greedy answer among eight', route), async () => {
        const drawn = await drawAlike(async (index, isShort) => {
          const request = { ...inPair(index, isShort), route }
          const free = await service.answer(request)
          // It comes last: the first of a crowd may still be alone.
          const crowd = await inParallel(COMPANY + 1, COMPANY + 1, (place) =>
            service.answer({ ...inPair(index + COMPANY - place, isShort), route }),
          )
          return [free, crowd[COMPANY] as Completed]
        })
        const { differing, pairs } = drawn
        verifyAlike(
          tools,
          drawn,
          `${differing} of ${pairs.length} greedy answers are others beside ${COMPANY} other requests than alone`,
        )
      })
  },
})

promise('generation.samples-freely', {
  says: 'at a high temperature, without a seed, answers differ',
  needs: ['sampling'],
  async check({ service, verify, sampled, inCase }) {
    const routes = routesOf(service)
    for (const route of routes)
      await inCase(onRoute(service, 'six answers', route), async () => {
        const answers = await inParallel(6, 3, () => service.answer({ ...STORY, route, temperature: 1.5 }))
        const texts = new Set(answers.map(({ text }) => text))
        verify(texts.size > 1, 'six answers at temperature 1.5 are the same, byte for byte', ...answers)
      })
    sampled(6 * routes.length)
  },
})

promise('generation.is-greedy-at-zero', {
  says: 'at temperature 0 the same prompt gives the same text',
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase } = tools
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a greedy answer', route), async () => {
        const drawn = await drawAlike(async (index, isShort) => {
          const request = { ...inPair(index, isShort), route }
          return [await service.answer(request), await service.answer(request)]
        })
        verifyAlike(tools, drawn, `${drawn.differing} of ${drawn.pairs.length} greedy pairs differ`)
      })
  },
})
