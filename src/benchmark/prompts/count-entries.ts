import { messagesOf } from './asked.ts'
import { askedOf } from './drafts.ts'
import type { CountedEntry } from './plan.ts'
import type { FileEntry } from './read-prompts.ts'
import type { Counted, TokenCounter } from './token-counter.ts'
import { HEAD } from './words.ts'
import type { Workload } from './workload.ts'

type CountOptions = Pick<Workload, 'output' | 'turns'> & {
  readonly counter: TokenCounter
  readonly route: 'generate' | 'chat'
  readonly most: number
}

/** The first `most` entries of a file with their lengths, each counted whole: what a user wrote has no words of known length. */
export async function countEntries(
  entries: readonly FileEntry[],
  { counter, route, most, output, turns }: CountOptions,
): Promise<readonly CountedEntry[]> {
  const first = entries.slice(0, most)
  const answers = output ? [] : first.map((entry) => answersOf(entry, turns?.high ?? 1))
  const [head = 0, ...counts] = await counter.count([
    { prompt: HEAD },
    ...first.map((entry) => countedOf(entry, turns ? 'chat' : route)),
    // What an answer adds to another text: by itself it would have the special tokens of a prompt.
    ...answers.flat().map((answer) => ({ prompt: `${HEAD} ${answer}` })),
  ])
  const rest = counts.slice(first.length).map((tokens) => Math.max(1, tokens - head))
  let used = 0
  return entries.map((entry, index) => {
    if (index >= first.length) return entry
    const own = answers[index]?.length ?? 0
    const answerTokens = rest.slice(used, used + own)
    used += own
    const inputTokens = counts[index]
    return {
      ...entry,
      ...(inputTokens !== undefined && { inputTokens }),
      ...(own > 0 && { answerTokens }),
    }
  })
}

/** Those of the first turns, as long as each of them was answered. */
function answersOf(entry: FileEntry, most: number): readonly string[] {
  if (entry.kind !== 'conversation' || entry.outputTokens !== undefined) return []
  const answers = entry.turns.slice(0, most).map(({ answer }) => answer)
  const open = answers.indexOf(undefined)
  return (open < 0 ? answers : answers.slice(0, open)).filter((answer) => answer !== undefined)
}

function countedOf(entry: FileEntry, route: 'generate' | 'chat'): Counted {
  const asked = askedOf(entry, 0, route)
  return asked.route === 'generate' ? { prompt: asked.prompt } : { messages: messagesOf(asked) }
}
