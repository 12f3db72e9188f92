/** What the model knows of a tool when it decides whether to call it. */
export type Callable = { readonly name: string }

/** Words of names that say nothing about what a tool is for. */
const EMPTY = new Set(['get', 'set', 'do', 'run', 'call', 'the', 'a', 'of', 'for', 'tool', 'function', 'fn'])

/** The words of a name in whichever case it is written: `getWeather`, `get_weather`, `get-weather`. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '' && !EMPTY.has(word))

const REFUSES = /\b(do not|don't|never|without)\b[^.!?]*\b(tools?|functions?)\b/i
const ASKS_FOR_ONE = /\b(call|use|invoke)\b[^.!?]*\b(tool|function)\b/i
const ASKS_FOR_ALL = /\b(call|use|invoke)\b[^.!?]*\b(both|all|every|each)\b/i

/**
 * The tools that a prompt asks for, in the order in which it does: by their names, by all the words of a name, or by "the
 * tool". A prompt that asks for none of them, or for none at all, gets no call.
 */
export function toolsAskedFor<T extends Callable>(prompt: string, tools: readonly T[]): readonly T[] {
  if (REFUSES.test(prompt)) return []
  const named = tools
    .map((tool) => ({ tool, at: mention(prompt, tool.name) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)
    .map(({ tool }) => tool)
  if (ASKS_FOR_ALL.test(prompt)) return named.length > 1 ? named : tools
  if (named.length > 0) return named
  return ASKS_FOR_ONE.test(prompt) ? tools.slice(0, 1) : []
}

/** Where the prompt speaks of the tool; -1: it does not. */
function mention(prompt: string, name: string): number {
  const text = prompt.toLowerCase()
  const whole = text.indexOf(name.toLowerCase())
  if (whole >= 0) return whole
  const places = wordsOf(name).map((word) =>
    text.search(new RegExp(`(?<![\\p{L}\\d])${word}s?(?![\\p{L}\\d])`, 'u')),
  )
  return places.length > 0 && places.every((place) => place >= 0) ? Math.min(...places) : -1
}
