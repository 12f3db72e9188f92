import { createRandom } from '../../random.ts'
import { greeting, type Plan, prose, saying, story } from './plan.ts'
import { ANIMALS, CITIES, LANDS, SOUNDS } from './vocabulary.ts'

/** A dozen sentences of 25 bytes and more: always above 64 tokens. */
const STORY_SENTENCES = 12

/** What the model makes of a prompt. */
export type Understanding = {
  readonly plan: Plan
  /** Values that the prompt gives by name. */
  readonly fields: Readonly<Record<string, string | number>>
}

type Task = {
  readonly pattern: RegExp
  readonly understand: (match: RegExpMatchArray, key: string) => Understanding | undefined
}

const says = (text: string): Understanding => ({ plan: saying(text), fields: {} })

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  five: 5,
  ten: 10,
  twenty: 20,
  forty: 40,
  hundred: 100,
}

/** The tasks that the small trained model of the CPU engine knows too, with the same answers, and letters by the count. */
const TASKS: readonly Task[] = [
  { pattern: /Repeat: ?("[^"\n]*"(?: "[^"\n]*")*)/g, understand: ([, markers = '']) => says(markers) },
  {
    pattern: /capital of (\p{L}+)/gu,
    understand: ([, land = '']) => {
      const city = CITIES[LANDS.indexOf(land)]
      return city === undefined ? undefined : says(`The capital of ${land} is ${city}.`)
    },
  },
  {
    pattern: /What does the (\w+) do/g,
    understand: ([, animal = '']) => {
      const sound = SOUNDS[ANIMALS.indexOf(animal)]
      return sound === undefined ? undefined : says(`The ${animal} ${sound}.`)
    },
  },
  {
    pattern: /Count to (\d{1,3})\b/g,
    understand: ([, last]) => says(Array.from({ length: Number(last) }, (_, i) => i + 1).join(' ')),
  },
  {
    pattern: /Give ([^,\n]{1,60}), (\d{1,9}), ([^,\n]{1,60}) as JSON/g,
    understand: ([, name = '', age, city = '']) => {
      const fields = { name, age: Number(age), city }
      const text = `{"name": ${JSON.stringify(name)}, "age": ${fields.age}, "city": ${JSON.stringify(city)}}`
      return { plan: saying(text), fields }
    },
  },
  {
    pattern: /\b([a-z]+|\d{1,3}) letters?\b/gi,
    understand: ([, count = '']) => {
      const number = NUMBER_WORDS[count.toLowerCase()] ?? Number(count)
      return Number.isNaN(number) ? undefined : says(LETTERS.repeat(40).slice(0, number))
    },
  },
  {
    pattern: /\bstory\b/gi,
    understand: (_, key) => ({ plan: story(key, STORY_SENTENCES), fields: {} }),
  },
  {
    // As the chat template shows what a tool gave back.
    pattern: /<tool_response>\n([\s\S]*?)\n<\/tool_response>/g,
    understand: ([, result = '']) => says(`The tool says: ${result}`),
  },
  { pattern: /Say hello/gi, understand: (_, key) => ({ plan: greeting(key), fields: {} }) },
]

/** A short stand-in for a prompt, to seed what depends on it. */
export const promptKey = (prompt: string): string => createRandom(prompt).marker(16)

/** The last task that the prompt names decides; any other prompt gets plain sentences of its own. */
export function understand(prompt: string, key: string): Understanding {
  const found = TASKS.flatMap((task) => {
    const match = [...prompt.matchAll(task.pattern)].at(-1)
    return match ? [{ task, match }] : []
  }).sort((a, b) => (b.match.index ?? 0) - (a.match.index ?? 0))
  for (const { task, match } of found) {
    const understanding = task.understand(match, key)
    if (understanding) return understanding
  }
  const count = createRandom(`length ${key}`).integer(2, 4)
  return { plan: prose(prompt, key, count), fields: {} }
}

/** What is said once an answer is over and may not end yet. */
export const afterthought = (key: string, round: number): Plan =>
  saying(' ', story(`${round} ${key}`, STORY_SENTENCES))
