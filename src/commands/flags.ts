import { type Command, InvalidArgumentError, Option } from 'commander'
import { HarnessError } from '../errors.ts'
import type { ReporterChoice, RunFlags } from './io.ts'
import { progressOption } from './progress-flag.ts'
import { wholeNumber } from './whole-number.ts'

/** What commander makes of the options below; `color` is true unless --no-color was given. */
export type TypedOptions = {
  readonly suite?: readonly string[]
  readonly tag?: readonly string[]
  readonly fault?: readonly string[]
  readonly reporter?: readonly ReporterChoice[]
  readonly color: boolean
} & Omit<RunFlags, 'suites' | 'tags' | 'faults' | 'reporters'>

/** Gathers the values of a flag that may be repeated. */
export const collect = <T>(value: T, before: readonly T[] | undefined): readonly T[] => [
  ...(before ?? []),
  value,
]

/** What is judged. */
export const addTargetFlags = (command: Command): Command =>
  command
    .option('--target <name>', 'simulator, or a target of the configuration')
    .option('--url <url>', 'a service that already runs; no configuration needed')
    .option('--dialect <name>', 'openai (the default), ananke, or one of yours')
    .option('--model <name>', 'the model to ask for; default: the first that the service lists')
    .option('--profile <name>', 'judge the simulator with these times: default, a100, instant')
    .option('--fault <id>', 'judge the simulator with this fault; repeatable', collect<string>)
    .option('--seed <n>', 'repeat a run with its seed', wholeNumber(0, 2 ** 32 - 1))

/** Where settings come from and how they are shown. */
export const addCommonFlags = (command: Command): Command =>
  command
    .option('--config <file>', 'default: infergate.config.ts (.mts, .js, .json, .yaml, …) in this folder')
    .option('--no-color', 'plain text; NO_COLOR does the same')

/** How a run goes and what it leaves. */
export const addRunFlags = (command: Command): Command =>
  addCommonFlags(addTargetFlags(command))
    .option('--max-seconds <n>', 'time for the whole run once the service generates', seconds)
    .addOption(
      new Option('--evidence <which>', 'of which checks exchanges are kept; default: failures').choices([
        ...['failures', 'all'],
      ]),
    )
    .option('--reports-dir <folder>', 'default: reports')
    .option('--quiet', 'nothing but the verdict line')
    .addOption(progressOption())
    .addOption(reporterOption())
    .option('--json', 'verdict.json on stdout, alone')

export const addSelectionFlags = (command: Command): Command =>
  command
    .option('--suite <name>', 'only this suite; repeatable', collect<string>)
    .option('--tag <name>', 'only checks with this tag; repeatable', collect<string>)
    .option('--grep <pattern>', 'only checks whose id or sentence matches this regular expression')
    .option('--last-failed', 'only checks that failed in the last run of this target')
    .option('--gentle', 'without the checks that could hurt a service that others use')
    .option('--list', 'show the checks that would run, and send nothing')

/** What a run is held against. */
export const addBaselineFlags = (command: Command): Command =>
  command
    .option(
      '--baseline <run>',
      'hold it against a saved run: its id, its folder, latest, last-good, or last-good-or-none',
    )
    .addOption(allowDifferenceOption())

/** For each command that compares. */
export const allowDifferenceOption = (): Option =>
  new Option(
    '--allow-difference <field>',
    'compare though this differs: targetName, model, hardware…; repeatable',
  ).argParser(collect<string>)

/** For each command that sends load. */
export const addPlanFlag = (command: Command): Command =>
  command.option('--plan', 'show the requests, tokens, minutes and risky checks of a run, and send nothing')

export const reporterOption = (): Option =>
  new Option(
    '--reporter <name[=path]>',
    'json, markdown, html, junit, ctrf, metrics, csv, hdr, github or github-comment: to the path, or to stdout without one; repeatable',
  ).argParser((text: string, before: readonly ReporterChoice[] | undefined) =>
    collect(reporterChoice(text), before),
  )

/** The options of commander as flags of a run. Throws `usage` where two results would share stdout. */
export function toRunFlags({ suite, tag, fault, reporter, color: _color, ...rest }: TypedOptions): RunFlags {
  // The github reporter has a file of its own, named by the runner.
  const toStdout = (reporter ?? []).filter(({ name, path }) => path === undefined && name !== 'github')
  const names = [...new Set([...toStdout.map(({ name }) => name), ...(rest.json ? ['json'] : [])])]
  if (names.length > 1)
    throw new HarnessError(
      'usage',
      `${names.join(' and ')} cannot both go to stdout: give one of them a path, as in --reporter ${names[0]}=FILE.`,
    )
  const reporters = reporter?.filter(
    ({ name, path }) => !(rest.json && name === 'json' && path === undefined),
  )
  return {
    ...rest,
    ...(suite && { suites: suite }),
    ...(tag && { tags: tag }),
    ...(fault && { faults: fault }),
    ...(reporters && reporters.length > 0 && { reporters }),
  }
}

function reporterChoice(text: string): ReporterChoice {
  const cut = text.indexOf('=')
  if (cut < 0) return { name: text }
  if (cut === text.length - 1) throw new InvalidArgumentError('The path after = is empty.')
  return { name: text.slice(0, cut), path: text.slice(cut + 1) }
}

const DAY_SECONDS = 86_400

function seconds(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0) || value > DAY_SECONDS)
    throw new InvalidArgumentError(`It must be a number of seconds above 0 and at most ${DAY_SECONDS}.`)
  return value
}
