import { drawAlike, inParallel, promise } from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { STORY } from './story.ts'

/** Two seeds may say the same by chance where a model is sure of its words; three may not. */
const SEEDS = [11, 12, 13] as const

promise('generation.keeps-seeds', {
  says: 'the same seed gives the same text, different seeds do not',
  needs: ['seed'],
  alone: 'compares',
  async check({ service, verify }) {
    const draw = (index: number) => service.answer({ ...STORY, temperature: 1, seed: SEEDS[index] ?? 0 })
    const { alike, pairs } = await drawAlike(async (index) => [await draw(index), await draw(index)])
    verify(alike, 'three pairs with equal seeds differ, all three', ...pairs.flat())
    const answers = pairs.map(([answer]) => answer)
    const texts = () => new Set(answers.map(({ text }) => text)).size
    while (texts() === 1 && answers.length < SEEDS.length) answers.push(await draw(answers.length))
    verify(texts() > 1, 'three different seeds gave the same text', ...answers)
  },
})

promise('generation.samples-freely', {
  says: 'at a high temperature, without a seed, answers differ',
  needs: ['sampling'],
  async check({ service, verify, sampled }) {
    const answers = await inParallel(6, 3, () => service.answer({ ...STORY, temperature: 1.5 }))
    const texts = new Set(answers.map(({ text }) => text))
    verify(texts.size > 1, 'six answers at temperature 1.5 are the same, byte for byte', ...answers)
    sampled(6)
  },
})

promise('generation.is-greedy-at-zero', {
  says: 'at temperature 0 the same prompt gives the same text',
  alone: 'compares',
  async check({ service, verify }) {
    const { alike, pairs } = await drawAlike(async (index) => {
      const request = { ...STORY, prompt: plainPrompts[index] ?? STORY.prompt }
      return [await service.answer(request), await service.answer(request)]
    })
    verify(alike, 'three greedy pairs differ, all three: more than batching can explain', ...pairs.flat())
  },
})
