import { refuse } from './constraint-error.ts'
import { type Dfa, intersectDfa } from './dfa.ts'
import type { StringRules } from './flat-schema.ts'
import { formatPattern } from './formats.ts'
import { compileRegex } from './regex-dfa.ts'

/** What patterns and formats ask of a string, each as an automaton over its characters. */
export function stringDfas({ patterns, formats }: StringRules): readonly Dfa[] {
  return [
    ...patterns.map((pattern) => compileRegex(pattern, 'search', 'pattern')),
    ...formats.map((format) =>
      compileRegex(
        formatPattern(format) ?? refuse('format', `${format} is not supported`),
        'whole',
        'format',
      ),
    ),
  ]
}

export const anyText = (): Dfa => compileRegex('[^]*', 'whole')

/** All of them at once. */
export const stringDfa = (rules: StringRules): Dfa =>
  stringDfas(rules).reduce((all, dfa) => intersectDfa('pattern', all, dfa), anyText())
