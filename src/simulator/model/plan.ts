import { createRandom, type Random } from '../../random.ts'
import { ADJECTIVES, ANIMALS, CITIES, COLORS, LANDS, NAMES, NOUNS, SOUNDS, VERBS } from './vocabulary.ts'

/** Score of what the model means to say, far above noise: exp(14) to one byte's 1. */
export const MEANT = 14
/** How far apart the alternatives of one place lie. */
const SPREAD = 3

/** Something that may be said next, and what follows it. No option of a place begins another one of it. */
export type Option = { readonly text: string; readonly score: number; readonly then: Plan | undefined }

/** The alternatives at one place of an answer. */
export type Plan = () => readonly Option[]

/** One text and nothing else. */
export const saying =
  (text: string, then?: Plan): Plan =>
  () => [{ text, score: MEANT, then }]

/** One of several words; `random` says how much each is liked here. */
function oneOf(
  words: readonly string[],
  random: Random,
  then: Plan | undefined,
  wrap = (word: string) => word,
): Plan {
  const options = words.map((word) => ({ text: wrap(word), score: MEANT - SPREAD * random.next(), then }))
  return () => options
}

/** Greeting with a name. */
export const greeting = (key: string): Plan =>
  saying(
    'Hello, ',
    oneOf(NAMES, createRandom(`hello ${key}`), undefined, (name) => `${name}!`),
  )

/** `count` sentences of a story, each drawn from its own place in it. */
export const story = (key: string, count: number): Plan => sentences(key, count, storySentence)

/** Sentences about the prompt's own last long word. */
export const prose = (prompt: string, key: string, count: number): Plan => {
  const topic = prompt.match(/[a-z]{4,}/g)?.at(-1)
  const nouns = topic
    ? [topic, ...NOUNS.filter((noun) => !noun.startsWith(topic) && !topic.startsWith(noun))]
    : NOUNS
  return sentences(key, count, (random, end) => proseSentence(random, nouns, end))
}

type Sentence = (random: Random, end: Plan | undefined) => Plan

function sentences(key: string, count: number, sentence: Sentence): Plan {
  const from = (index: number): Plan | undefined => {
    if (index >= count) return undefined
    const rest = from(index + 1)
    const plan = sentence(createRandom(`${index} ${key}`), rest)
    return index === 0 ? plan : saying(' ', plan)
  }
  return from(0) ?? saying('')
}

const storySentence: Sentence = (random, end) => {
  const animal = (then: Plan | undefined) => oneOf(ANIMALS, random, then)
  const color = (then: Plan) => oneOf(COLORS, random, then, (word) => `${word} `)
  const walks = saying(
    ' walks to ',
    oneOf(CITIES, random, saying(' with a ', color(animal(saying('.', end))))),
  )
  const lives = saying(
    ' lives in ',
    oneOf(CITIES, random, saying(' and likes the ', animal(saying('.', end)))),
  )
  const house = saying(
    'In ',
    oneOf(LANDS, random, saying(' the houses are ', oneOf(COLORS, random, saying('.', end)))),
  )
  const sound = [...new Set(SOUNDS)]
  const noise = saying(
    'The ',
    animal(saying(' ', oneOf(sound, random, saying(' in the ', color(saying('house.', end)))))),
  )
  const person = oneOf(NAMES, random, either(random, walks, lives))
  return either(random, person, house, noise)
}

const proseSentence = (random: Random, nouns: readonly string[], end: Plan | undefined): Plan => {
  const object = oneOf(NOUNS, random, saying('.', end))
  const verb = oneOf(VERBS, random, saying(' the ', object), (word) => ` ${word}`)
  const subject = oneOf(nouns, random, verb)
  return oneOf(
    ['The ', 'A ', 'Every '],
    random,
    oneOf(ADJECTIVES, random, subject, (word) => `${word} `),
  )
}

/** One of several plans. */
function either(random: Random, ...plans: readonly Plan[]): Plan {
  const options = plans.flatMap((plan) => {
    const dislike = (SPREAD / 2) * random.next()
    return plan().map((option) => ({ ...option, score: option.score - dislike }))
  })
  return () => options
}

/** The answer at temperature 0. */
export function greedyText(plan: Plan): string {
  let text = ''
  for (let at: Plan | undefined = plan; at; ) {
    const [best] = at().toSorted((a, b) => b.score - a.score)
    text += best?.text ?? ''
    at = best?.then
  }
  return text
}
