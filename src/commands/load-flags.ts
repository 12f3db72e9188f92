import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  ARRIVAL_FLAGS,
  type ArrivalFlags,
  type LoadSpec,
  PROMPT_FLAGS,
  type PromptFlags,
  parseArrivals,
  parseSearch,
  SEARCH_FLAGS,
  type SearchFlags,
  workloadsOf,
} from '../benchmark/index.ts'
import { HarnessError } from '../errors.ts'
import { collect } from './flags.ts'
import { wholeNumber } from './whole-number.ts'

/** The flags of a load, as typed. */
export type LoadOptions = ArrivalFlags &
  SearchFlags &
  PromptFlags & {
    readonly route?: 'chat' | 'completions'
    readonly maxTokens?: number
    readonly workers?: number
    /** False with --no-calibration. */
    readonly calibration?: boolean
  }

export function addLoadFlags(command: Command): Command {
  for (const { usage, says, parse } of [...ARRIVAL_FLAGS, ...SEARCH_FLAGS])
    command.option(usage, says, refusing(parse))
  for (const { flag, help, parse, isRepeatable } of PROMPT_FLAGS) {
    const typed = refusing(parse)
    if (isRepeatable)
      command.option(flag, help, (text: string, before?: readonly unknown[]) => collect(typed(text), before))
    else command.option(flag, help, typed)
  }
  command
    .option('--max-tokens <n>', 'end the load after so many output tokens', wholeNumber(1, 1e12))
    .option('--workers <n>', 'threads that share the load: one for each 300 in flight', wholeNumber(1, 64))
  command.option('--no-calibration', "do not measure the client's own error after the load: 3 s less")
  const routes = new Option('--route <name>', 'what is asked; default: chat where the service has it')
  return command.addOption(routes.choices(['chat', 'completions']))
}

/** What the flags ask for; undefined where none asks for a load. Throws `usage`. */
export function toLoadSpec(options: LoadOptions): LoadSpec | undefined {
  const steps = parseSearch(options)
  const stated = steps?.stated ?? parseArrivals(options)
  if (!stated) return requireNothingAsked(options)
  const { tokenizer, route, maxTokens, workers, calibration = true } = options
  return {
    ...(calibration && { isCalibrated: true }),
    stated,
    ...(steps && { levels: steps.levels }),
    workloads: workloadsOf(options),
    ...(tokenizer !== undefined && { tokenizer }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(workers !== undefined && { workers }),
    ...(route && { route: route === 'chat' ? 'chat' : 'generate' }),
  }
}

/** A prompt length without a load would be ignored, and its author believes that it was measured. */
function requireNothingAsked(options: LoadOptions): undefined {
  const names = [
    ...PROMPT_FLAGS.map(({ flag }) => flag.split(' ')[0] ?? ''),
    ...['--route', '--max-tokens', '--workers'],
  ]
  const given = names.find((name) => Object(options)[camel(name)] !== undefined)
  if (given === undefined) return undefined
  throw new HarnessError(
    'usage',
    `${given} says what a load asks, and no load is stated. Add --rate, --concurrency or --trace.`,
  )
}

/** The names of the options that a load has, as commander gives them. */
const NAMES: readonly string[] = [
  ...[
    ...[...ARRIVAL_FLAGS, ...SEARCH_FLAGS].map(({ usage }) => usage),
    ...PROMPT_FLAGS.map(({ flag }) => flag),
  ].map((flag) => camel(flag.split(' ')[0] ?? '')),
  ...['route', 'maxTokens', 'workers', 'calibration'],
]

/** The other options. */
export const withoutLoad = <T extends LoadOptions>(options: T): Omit<T, keyof LoadOptions> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !NAMES.includes(name))) as Omit<
    T,
    keyof LoadOptions
  >

function camel(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Commander shows an `InvalidArgumentError` with the flag and the value beside it. */
const refusing =
  (parse: (text: string) => unknown) =>
  (text: string): unknown => {
    try {
      return parse(text)
    } catch (error) {
      throw error instanceof HarnessError ? new InvalidArgumentError(error.message) : error
    }
  }
