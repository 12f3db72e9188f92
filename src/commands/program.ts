import { Argument, Command, Option } from 'commander'
import type { ExitCode } from '../errors.ts'
import type { Warmth } from '../records/index.ts'
import {
  addCommonFlags,
  addPlanFlag,
  addRunFlags,
  addSelectionFlags,
  addTargetFlags,
  collect,
  reporterOption,
  type TypedOptions,
  toRunFlags,
  wholeNumber,
} from './flags.ts'
import { EXAMPLES, EXIT_CODES } from './help-texts.ts'
import type { Io } from './io.ts'
import type { SimulateFlags } from './simulate.ts'
import type { TrendFlags } from './trend.ts'

export type ProgramContext = {
  readonly version: string
  /** The world for one command; `color` is false with --no-color. */
  io(color: boolean): Io
  /** Called once, with what the command ended in. */
  done(code: ExitCode): void
}

/** The command line: every command, its flags, its help. A command's code is loaded when it is called. */
export function createProgram(context: ProgramContext): Command {
  const program = new Command('infergate')
    .description(
      'May this deploy go live? Checks what an LLM inference service promises, measures it, and decides.',
    )
    .version(context.version)
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES)
  addJudging(program, context)
  addReading(program, context)
  addPreparing(program, context)
  return program
}

function addJudging(program: Command, { io, done }: ProgramContext): void {
  const commands = [
    [
      'gate',
      'check every promise, measure cold and warm, decide',
      async () => (await import('./gate.ts')).runGate,
    ],
    ['check', 'check the promises alone', async () => (await import('./check.ts')).runCheck],
    ['bench', 'measure alone', async () => (await import('./bench.ts')).runBench],
  ] as const
  for (const [name, says, load] of commands) {
    const command = addPlanFlag(addRunFlags(program.command(name).description(says)))
    if (name !== 'bench') addSelectionFlags(command)
    command.addHelpText('after', EXAMPLES[name]).action(async (options: TypedOptions) => {
      const flags = toRunFlags(options)
      const run = await load()
      done(await run(flags, io(options.color)))
    })
  }
}

function addReading(program: Command, { io, done }: ProgramContext): void {
  addCommonFlags(program.command('report').description('render a saved run again'))
    .argument('<run>', 'its id, its folder, or latest')
    .option('--reports-dir <folder>', 'default: reports')
    .option('--quiet', 'no findings on stderr, only the verdict line')
    .option('--rejudge', 'decide anew and say what changed, instead of rendering what was decided')
    .addOption(reporterOption())
    .option('--json', 'verdict.json on stdout, alone')
    .addHelpText('after', EXAMPLES.report)
    .action(async (run: string, { rejudge = false, ...options }: TypedOptions & { rejudge?: boolean }) => {
      const { runReport } = await import('./report.ts')
      done(await runReport(run, { ...toRunFlags(options), rejudge }, io(options.color)))
    })
  addCommonFlags(program.command('waive').description('accept the failures of a run for a time'))
    .argument('<run>', 'its id, its folder, or latest')
    .option('--reports-dir <folder>', 'default: reports')
    .addHelpText('after', EXAMPLES.waive)
    .action(async (run: string, options: TypedOptions) => {
      const { runWaive } = await import('./waive.ts')
      done(await runWaive(run, toRunFlags(options), io(options.color)))
    })
  addCommonFlags(program.command('trend').description('the last runs of a metric, with a sparkline'))
    .addArgument(new Argument('[metric]', 'without it: which ones there are'))
    .addOption(new Option('--warmth <name>', 'only these').choices(['cold', 'warm', 'steady']))
    .option('--target <name>', 'only this target: its kind, model or place')
    .option('--limit <n>', 'how many runs', wholeNumber(1, 10_000), 30)
    .option('--json', 'the points as JSON')
    .addHelpText('after', EXAMPLES.trend)
    .action(async (metric: string | undefined, options: TrendOptions) => {
      const { target: series, color, ...rest } = options
      const chosen = { ...(metric !== undefined && { metric }), ...(series !== undefined && { series }) }
      const { runTrend } = await import('./trend.ts')
      done(await runTrend({ ...rest, ...chosen }, io(color)))
    })
  const config = program.command('config').description('the configuration that a run would have')
  addRunFlags(config.command('print').description('every setting, and where its value came from'))
    .addHelpText('after', EXAMPLES.config)
    .action(async (options: TypedOptions) => {
      const { runConfigPrint } = await import('./config-print.ts')
      done(await runConfigPrint(toRunFlags(options), io(options.color)))
    })
}

function addPreparing(program: Command, { io, done }: ProgramContext): void {
  addCommonFlags(addTargetFlags(program.command('doctor').description('look at all that a run needs')))
    .option('--reports-dir <folder>', 'default: reports')
    .option('--json', 'the findings as JSON on stdout')
    .addHelpText('after', EXAMPLES.doctor)
    .action(async (options: TypedOptions) => {
      const { runDoctor } = await import('./doctor.ts')
      done(await runDoctor(toRunFlags(options), io(options.color)))
    })
  program
    .command('init')
    .description('write a first configuration and an example for CI; overwrites nothing')
    .addHelpText('after', EXAMPLES.init)
    .action(async () => {
      const { runInit } = await import('./init.ts')
      done(await runInit(io(true)))
    })
  const simulate = program.command('simulate').description('run the simulator until Ctrl-C')
  simulate
    .option('--port <n>', 'default: a free one', wholeNumber(0, 65_535))
    .option('--host <address>', 'default: 127.0.0.1')
    .option('--dialect <name>', 'openai (the default) or ananke: which /health it has')
    .option('--profile <name>', 'its times: default, a100, instant')
    .option('--model <name>', 'the name under which it serves')
    .option('--seed <n>', 'equal seeds give equal bytes', wholeNumber(0, 2 ** 32 - 1))
    .option('--fault <id>', 'switch a fault on; repeatable', collect<string>)
    .option('--list-faults', 'every fault and what it does, then end')
    .addHelpText('after', EXAMPLES.simulate)
    .action(async ({ fault, ...flags }: SimulateOptions) => {
      const { runSimulate } = await import('./simulate.ts')
      done(await runSimulate({ ...flags, ...(fault && { faults: fault }) }, io(true)))
    })
}

type TrendOptions = Omit<TrendFlags, 'metric' | 'series'> & {
  readonly target?: string
  readonly warmth?: Warmth
  readonly color: boolean
}
type SimulateOptions = Omit<SimulateFlags, 'faults'> & { readonly fault?: readonly string[] }
