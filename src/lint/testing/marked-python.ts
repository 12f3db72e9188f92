import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A rule at a line. */
export type At = { readonly line: number; readonly rule: string }

export type MarkedFile = {
  readonly name: string
  readonly text: string
  /** What a person who read the file says is wrong: `# TRUE: rule` at the line, or `rule, rule`. */
  readonly truth: readonly At[]
}

/** The Python files of a folder of fixtures/lint, in the order of their names. */
export function markedFiles(folder: string): readonly MarkedFile[] {
  const from = join(import.meta.dirname, '../../../fixtures/lint', folder)
  return readdirSync(from)
    .filter((name) => name.endsWith('.py'))
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(from, name), 'utf8')
      return { name, text, truth: truthIn(text) }
    })
}

function truthIn(text: string): readonly At[] {
  return text.split('\n').flatMap((source, index) => {
    const [, marks = ''] = /# TRUE: ([a-z\d, -]+)$/.exec(source) ?? []
    const rules = marks.split(', ').filter((rule) => rule !== '')
    return rules.toSorted().map((rule) => ({ line: index + 1, rule }))
  })
}

/** A line of the header that every shape has: `# Shape: …`, which may go on in the next lines until another word. */
export function headerOf(text: string, word: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`# ${word}: `))
  if (start < 0) return ''
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => !line.startsWith('# ') || /^# [A-Z][a-z ]+: /.test(line))
  return [lines[start], ...rest.slice(0, end)]
    .map((line) => line?.slice(2))
    .join(' ')
    .slice(word.length + 2)
}
