import { type Command, InvalidArgumentError, Option } from 'commander'
import { duration } from './duration-flags.ts'
import {
  addCommonFlags,
  addPlanFlag,
  addTargetFlags,
  reporterOption,
  type TypedOptions,
  toRunFlags,
} from './flags.ts'
import { EXAMPLES } from './help-texts.ts'
import type { ProgramContext } from './program-context.ts'
import type { WatchFlags } from './watch-options.ts'
import { wholeNumber } from './whole-number.ts'

export function addWatch(program: Command, { io, done }: ProgramContext): void {
  const watch = addTargetFlags(
    program
      .command('watch')
      .description(
        'after a deploy, or beside any service: requests, health, log and counters, and a verdict',
      ),
  )
  addPlanFlag(addCommonFlags(watch))
    .option('--requests <n>', 'so many first, one after the other; default: 10', wholeNumber(3, 1_000))
    .addOption(new Option('--every <time>', 'then one so often: 5s, 500ms; default: 5s').argParser(duration))
    .addOption(new Option('--for <time>', 'how long: 30m; default: until it is ended').argParser(duration))
    .option('--logs <command>', "a command that follows the log: 'kubectl logs -f --tail=0 deploy/llm'")
    .option('--log-file <file>', 'the file that the log is written to; it may rotate')
    .option('--on-fail <command>', 'run on FAIL, once')
    .option(
      '--alpha <p>',
      'the chance that an unchanged service fails, in --for or else in an hour; default: 0.001',
      alpha,
    )
    .option(
      '--baseline <run>',
      'its warm answers are the reference: its id, its folder, latest, or last-good',
    )
    .option(
      '--metrics-port <n>',
      'serve /metrics for Prometheus on 127.0.0.1; 0: a free port',
      wholeNumber(0, 65_535),
    )
    .option('--state <file>', 'kept after each request: the same command goes on from it')
    .option('--reports-dir <folder>', 'default: reports')
    .option('--quiet', 'nothing but the verdict line')
    .addOption(reporterOption())
    .option('--json', 'verdict.json on stdout, alone')
    .addHelpText('after', EXAMPLES.watch)
    .action(async (options: TypedOptions & WatchFlags) => {
      const { runWatch } = await import('./watch.ts')
      done(await runWatch(toRunFlags(options), io(options.color)))
    })
}

function alpha(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0) || value > 0.1)
    throw new InvalidArgumentError('It must be a number above 0 and at most 0.1.')
  return value
}
