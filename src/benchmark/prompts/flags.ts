import { HarnessError } from '../../errors.ts'
import { LENGTHS_HELP, type Lengths, parseLengths } from './lengths.ts'
import { DEFAULT_INPUT, type SharedPrefix, type Workload } from './workload.ts'

/** What the flags below say, by the names that commander gives them. */
export type PromptFlags = {
  readonly input?: Lengths
  readonly output?: Lengths
  readonly prompts?: string
  readonly sharedPrefix?: SharedPrefix
  readonly turns?: Lengths
  readonly workload?: readonly NamedWorkload[]
  /** A file, or `server`. */
  readonly tokenizer?: string
}

/** One `--workload`: what it does not state, the flags beside it do. */
export type NamedWorkload = Omit<PromptFlags, 'workload' | 'tokenizer'> & {
  readonly name: string
  readonly weight?: number
}

/** One option of the command line. `parse` throws `usage`. */
export type PromptFlag = {
  readonly flag: string
  readonly help: string
  readonly parse: (text: string) => unknown
  readonly isRepeatable?: true
}

const VALUES = {
  input: (text: string) => parseLengths(text, '--input'),
  output: (text: string) => parseLengths(text, '--output'),
  prompts: (text: string) => named(text, '--prompts'),
  'shared-prefix': parseSharedPrefix,
  turns: (text: string) => parseTurns(text),
  weight: parseWeight,
} as const

/** What a load asks, on the command line. */
export const PROMPT_FLAGS: readonly PromptFlag[] = [
  { flag: '--input <tokens>', help: `tokens of each synthetic prompt: ${LENGTHS_HELP}`, parse: VALUES.input },
  { flag: '--output <tokens>', help: 'tokens of each answer, in the same spelling', parse: VALUES.output },
  {
    flag: '--prompts <file>',
    help: 'your prompts instead: JSON Lines of {"prompt"}, {"messages"} or {"conversations"} (ShareGPT)',
    parse: VALUES.prompts,
  },
  {
    flag: '--shared-prefix <tokens:share>',
    help: 'the first tokens of a share of the prompts are the same, as in 512:0.8, or 512:0.8:10 for one of ten beginnings',
    parse: VALUES['shared-prefix'],
  },
  {
    flag: '--turns <n>',
    help: 'turns of each chat session, in the spelling of --input',
    parse: VALUES.turns,
  },
  {
    flag: '--workload <text>',
    help: 'one part of a mix, as in "chat weight=3 input=256 output=64 turns=4"; repeatable',
    parse: parseWorkload,
    isRepeatable: true,
  },
  {
    flag: '--tokenizer <file>',
    help: 'the tokenizer.json that counts tokens; server, the default, asks /tokenize of the service',
    parse: (text) => named(text, '--tokenizer'),
  },
]

/** The workloads that the flags state; the trace that a load replays is none of them. */
export function workloadsOf({
  workload: parts = [],
  tokenizer: _tokenizer,
  ...beside
}: PromptFlags): readonly Workload[] {
  if (parts.length === 0) return [toWorkload(beside, '')]
  const names = parts.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw usage(`two of --workload have the name ${twice}`, 'Name each differently')
  return parts.map((part) => toWorkload({ ...overridden(beside, part), ...part }, `, workload ${part.name}`))
}

/** Where a part states where its prompts come from, the other way beside it does not count. */
function overridden({ input, prompts, ...rest }: PromptFlags, part: NamedWorkload): PromptFlags {
  return {
    ...rest,
    ...(input && part.prompts === undefined && { input }),
    ...(prompts !== undefined && part.input === undefined && { prompts }),
  }
}

function toWorkload(
  { input, prompts, ...rest }: PromptFlags & Partial<NamedWorkload>,
  where: string,
): Workload {
  if (input && prompts !== undefined)
    throw usage(
      `--input and --prompts${where} contradict each other`,
      'The prompts of a file have their own lengths',
    )
  const { name, weight, output, sharedPrefix, turns } = rest
  return {
    ...(name !== undefined && { name }),
    ...(weight !== undefined && { weight }),
    source:
      prompts === undefined
        ? { kind: 'synthetic', input: input ?? DEFAULT_INPUT }
        : { kind: 'file', path: prompts },
    ...(output && { output }),
    ...(sharedPrefix && { sharedPrefix }),
    ...(turns && { turns }),
  }
}

function parseSharedPrefix(text: string): SharedPrefix {
  const [, length = '', share = '1', prefixes = '1'] = /^(\d+)(?::([\d.]+)(?::(\d+))?)?$/.exec(text) ?? []
  const parsed = { tokens: Number(length), share: Number(share), prefixes: Number(prefixes) }
  const isGood =
    length !== '' && parsed.tokens >= 1 && parsed.share > 0 && parsed.share <= 1 && parsed.prefixes >= 1
  if (isGood) return parsed
  throw usage(
    `--shared-prefix ${JSON.stringify(text)} is no length with a share above 0 and at most 1`,
    'Write 512, 512:0.8, or 512:0.8:10 for ten prefixes',
  )
}

function parseTurns(text: string): Lengths {
  const turns = parseLengths(text, '--turns')
  if (turns.high <= MOST_TURNS) return turns
  throw usage(
    `--turns ${JSON.stringify(text)} can be more than ${MOST_TURNS}`,
    'Ask for fewer, or give bounds',
  )
}

const MOST_TURNS = 1_000

function parseWeight(text: string): number {
  const weight = Number(text)
  if (/^[\d.]+$/.test(text) && weight > 0 && weight <= 1e6) return weight
  throw usage(`the weight ${JSON.stringify(text)} is no number above 0`, 'Write weight=3')
}

function parseWorkload(text: string): NamedWorkload {
  const [name = '', ...settings] = text.trim().split(/\s+/)
  if (!/^[\w.-]+$/.test(name))
    throw usage(
      `--workload ${JSON.stringify(text)} does not begin with a name`,
      'Write "chat weight=3 input=256"',
    )
  const entries = settings.map((setting) => {
    const [, key = '', value = ''] = /^([a-z-]+)=(.+)$/.exec(setting) ?? []
    const parse = Object.hasOwn(VALUES, key) ? VALUES[key as keyof typeof VALUES] : undefined
    if (!parse)
      throw usage(
        `--workload ${name}: ${JSON.stringify(setting)} is no setting`,
        `Known: ${Object.keys(VALUES)
          .map((known) => `${known}=…`)
          .join(' ')}`,
      )
    return [key === 'shared-prefix' ? 'sharedPrefix' : key, parse(value)] as const
  })
  return { ...Object.fromEntries(entries), name }
}

function named(text: string, flag: string): string {
  if (text !== '') return text
  throw usage(`${flag} is empty`, 'Name a file')
}

const usage = (says: string, next: string): HarnessError =>
  new HarnessError('usage', `${says}. ${next}; nothing was sent.`)
