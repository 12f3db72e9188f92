import { shownCommand, shownValue } from '../secret-names.ts'
import type { Origin, ResolvedConfig } from './resolved.ts'

/** `config print`: one line a value, with where it came from. Secrets of headers are sources only. */
export function describeConfig({ values, origins, file }: ResolvedConfig): string {
  const { target, targetName, isBudgetGiven: _, ...settings } = values
  const rows = [
    ['target', JSON.stringify(targetName) ?? 'none is chosen', originOf(origins, 'target')],
    ...leaves(target ?? {}, 'target').map(([key, value]) => [key, value, originOf(origins, specKey(key))]),
    ...leaves(settings).map(([key, value]) => [key, value, originOf(origins, key)]),
  ] as const
  const width = Math.max(...rows.map(([key = '']) => key.length))
  const lines = rows.map(([key = '', value, origin]) => `${key.padEnd(width)} = ${value}  (${origin})`)
  return [`file: ${file ?? 'none'}`, ...lines, ''].join('\n')
}

/** Objects are taken apart, lists are not. */
function leaves(value: object, prefix = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`
    if (typeof part === 'object' && part !== null && !Array.isArray(part) && prefix === '')
      return leaves(part, key)
    return [[key, JSON.stringify(part, hideSecrets)] as const]
  })
}

/** A file that reads `process.env` itself puts a value where `{env:NAME}` would have stood. */
function hideSecrets(name: string, value: unknown): unknown {
  if (typeof value === 'string') return shownValue(name, value)
  const isCommand = Array.isArray(value) && value.every((word) => typeof word === 'string')
  return isCommand ? shownCommand(value) : value
}

/** What a spec's field is called in the configuration. */
const IN_CONFIG: Readonly<Record<string, string>> = {
  'target.baseUrl': 'target.url',
  'target.secretHeaders': 'target.headers',
  'target.readyTimeoutMs': 'target.readyTimeoutSeconds',
  'target.firstAnswerTimeoutMs': 'target.firstAnswerTimeoutSeconds',
}
const specKey = (key: string): string => IN_CONFIG[key] ?? key

function originOf(origins: ReadonlyMap<string, Origin>, key: string): string {
  const { from, name } = origins.get(key) ?? { from: 'default' }
  return name === undefined ? from : `${from} ${name}`
}
