import type { CalledTool } from '../constraint/index.ts'
import type { Facts } from './facts.ts'

/** What a prompt offers for the arguments of one call: what it says of each by name, then quotes, then proper names. */
export function factsForCall(prompt: string, { parameters }: CalledTool, facts: Facts): Facts {
  const names = Object.keys(propertiesOf(parameters))
  const given = names.flatMap((name) => {
    const value = readValue(prompt, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...facts,
    fields: { ...facts.fields, ...Object.fromEntries(given) },
    strings: [...facts.strings, ...properNames(prompt)],
  }
}

function propertiesOf(parameters: CalledTool['parameters']): object {
  const properties = typeof parameters === 'object' ? parameters['properties'] : undefined
  return typeof properties === 'object' && properties !== null ? properties : {}
}

/** `city: Rome`, `city = "Rome"`, `the city Rome`, `value 7`. */
function readValue(prompt: string, name: string): string | number | undefined {
  const key = `(?<![\\p{L}\\d_])${name.replaceAll(/[^\p{L}\d]/gu, '\\$&')}["']?`
  const link = '(?:\\s*[:=]\\s*|\\s+(?:is\\s+|of\\s+)?)'
  const value = '(?:"([^"\\n]+)"|([\\p{L}\\d_.-]*[\\p{L}\\d_]))'
  const [, quoted, bare] = [...prompt.matchAll(new RegExp(key + link + value, 'giu'))].at(-1) ?? []
  if (quoted !== undefined) return quoted
  // A word in lower case after a name is the sentence that goes on.
  if (bare === undefined || /^\p{Ll}+$/u.test(bare)) return undefined
  return Number.isFinite(Number(bare)) ? Number(bare) : bare
}

/** Words with a capital that begin no sentence, the last sentence first. */
const properNames = (prompt: string): readonly string[] =>
  [...prompt.matchAll(/(?<=[\p{L}\d,"'] )\p{Lu}[\p{L}\d-]*/gu)].map(([word]) => word)
