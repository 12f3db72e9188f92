import { createRandom } from '../../random.ts'
import { greedyText } from './plan.ts'
import type { Understanding } from './tasks.ts'
import { ADJECTIVES, COLORS, NOUNS } from './vocabulary.ts'

/** Texts of the common formats, for strings that are held to one. */
const FORMATTED = [
  '2024-05-17',
  '2024-05-17T10:30:00Z',
  '10:30:00Z',
  'rosa@example.com',
  'https://example.com',
  '3f2b8c1e-9d4a-4c6b-8e7f-1a2b3c4d5e6f',
  '192.168.0.1',
  'example.com',
]

/** What a prompt offers to fill a structure with, best first. */
export type Facts = {
  readonly fields: Readonly<Record<string, string | number>>
  readonly strings: readonly string[]
  readonly numbers: readonly number[]
  /** For strings and numbers that nothing in the prompt fits. */
  readonly spareStrings: readonly string[]
  readonly spareNumbers: readonly number[]
  /** The plain answer, in one sentence. */
  readonly answer: string
  /** The prompt asks for something empty. */
  readonly isEmpty: boolean
}

export function gatherFacts(prompt: string, key: string, { plan, fields }: Understanding): Facts {
  const answer = greedyText(plan)
  const quoted = [...prompt.matchAll(/"([^"\n]{1,200})"/g)].map(([, text = '']) => text)
  const given = Object.values(fields)
  const isText = (value: string | number) => typeof value === 'string'
  const answerWords = (answer.match(/[\p{L}\d-]+/gu) ?? []).reverse()
  const random = createRandom(`facts ${key}`)
  const spare = [random.pick(NOUNS), random.pick(ADJECTIVES), random.pick(COLORS)]
  return {
    fields,
    strings: [...quoted, ...given.filter(isText)],
    numbers: [...given.filter((value) => !isText(value)), ...numbersIn(prompt), ...numbersAskedFor(prompt)],
    spareStrings: [...answerWords.slice(0, 8), ...spare, `${spare[1]} ${spare[0]}`, ...FORMATTED],
    spareNumbers: [random.integer(1, 99), random.integer(1, 9), 0, 10, 100, 1000, -1, 0.5],
    isEmpty: /\bempty\b/i.test(prompt),
    answer: /^.*?\.(?= )/s.exec(answer)?.[0] ?? answer,
  }
}

/** A prompt may pull away from the bounds of its schema; the model lets itself be pulled. */
const numbersAskedFor = (prompt: string): number[] => [
  ...(/\b(large|big|huge)\b/i.test(prompt) ? [1_000_000] : []),
  ...(/\byear\b/i.test(prompt) ? [2024] : []),
]

const numbersIn = (prompt: string): number[] =>
  (prompt.replaceAll(/"[^"\n]*"/g, '').match(/(?<![\w.-])-?\d{1,9}(\.\d{1,6})?(?![\w.-])/g) ?? []).map(Number)
