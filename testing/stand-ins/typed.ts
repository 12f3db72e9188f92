import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What was typed at a stand-in; `files`: the text of each file among the words; `release`: INFERGATE_VERSION. */
export type Typed = {
  readonly tool: string
  readonly argv: readonly string[]
  readonly files: readonly string[]
  readonly release: string
}
export type Said = { readonly code: number; readonly stdout: string; readonly stderr: string }

export const says = (stdout: string): Said => ({ code: 0, stdout, stderr: '' })
export const complains = (stderr: string): Said => ({ code: 1, stdout: '', stderr })

type Recorded = { readonly version: string; readonly options: Readonly<Record<string, readonly string[]>> }

/** The options of the real command line, as build/record-cli-options.ts read them from its --help. */
export const recordedOptions = (tool: string): Recorded =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'cli-options', `${tool}.json`), 'utf8'),
  )

/** The flags that take no value. */
const SWITCHES = new Set(['-m', '--json', '--follow', '--yes', '--all-containers', '--prefix'])

export type Parsed = {
  readonly command: string
  readonly words: readonly string[]
  readonly flags: Readonly<Record<string, string>>
}

/** Takes what the real one takes: a flag that it does not know throws. */
export function parseTyped({ tool, argv }: Pick<Typed, 'tool' | 'argv'>): Parsed {
  const { options } = recordedOptions(tool)
  const [flags, words]: [Record<string, string>, string[]] = [{}, []]
  for (let at = 0; at < argv.length; at++) {
    const [flag = '', inline] = argv[at]?.split(/=(.*)/s) ?? []
    if (!flag.startsWith('-')) words.push(argv[at] ?? '')
    else flags[flag] = inline ?? (SWITCHES.has(flag) ? '' : (argv[++at] ?? ''))
  }
  const line = words.join(' ')
  const command = Object.keys(options).find((name) => line === name || line.startsWith(`${name} `))
  if (command === undefined) throw new Error(`${tool} has no command ${line}`)
  const known = [...(options[command] ?? []), ...(options['options'] ?? [])]
  const unknown = Object.keys(flags).find((flag) => !known.includes(flag))
  if (unknown !== undefined) throw new Error(`${tool} ${command}: unknown flag: ${unknown}`)
  return { command, words: words.slice(command.split(' ').length), flags }
}
