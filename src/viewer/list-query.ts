import type { Head, RunHead } from './run-head.ts'

export const PAGE_SIZE = 50

/** What of the list is asked for, as it stands in the address. */
export type ListQuery = {
  readonly text: string
  readonly word: string
  readonly command: string
  readonly target: string
  /** From 1 on. */
  readonly page: number
}

export function parseQuery(search: string): ListQuery {
  const asked = new URLSearchParams(search)
  const of = (name: string) => (asked.get(name) ?? '').slice(0, 200)
  const page = Number(of('page'))
  return {
    text: of('q').trim().toLowerCase(),
    ...{ word: of('verdict'), command: of('command'), target: of('target') },
    page: Number.isInteger(page) && page > 0 ? page : 1,
  }
}

export const isRun = (head: Head): head is RunHead => head.word !== 'UNREADABLE'

/** Every word that is typed has to stand somewhere in what is shown of a run. */
export function matching(heads: readonly Head[], query: ListQuery): readonly Head[] {
  const words = query.text.split(/\s+/).filter((word) => word !== '')
  return heads.filter((head) => {
    if (query.word !== '' && head.word !== query.word) return false
    if (query.command !== '' && !(isRun(head) && commandOf(head) === query.command)) return false
    if (query.target !== '' && !(isRun(head) && head.target === query.target)) return false
    const text = words.length > 0 ? textOf(head) : ''
    return words.every((word) => text.includes(word))
  })
}

/** A night is a bench with a command of its own. */
export const commandOf = ({ command, isNight }: RunHead): string => (isNight ? 'nightly' : command)

const textOf = (head: Head): string =>
  (isRun(head)
    ? [head.name, head.word, head.state, commandOf(head), head.target, head.place, head.model, head.reason]
    : [head.name, head.word, head.why]
  )
    .join('\n')
    .toLowerCase()
