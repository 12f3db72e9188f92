import { Argument, Command, Option } from 'commander'
import type { ExitCode } from '../errors.ts'
import type { Temperature } from '../records/index.ts'
import { runBench } from './bench.ts'
import { runCheck } from './check.ts'
import { runConfigPrint } from './config-print.ts'
import { runDoctor } from './doctor.ts'
import {
  addCommonFlags,
  addRunFlags,
  addSelectionFlags,
  addTargetFlags,
  reporterOption,
  type TypedOptions,
  toRunFlags,
  wholeNumber,
} from './flags.ts'
import { runGate } from './gate.ts'
import { runInit } from './init.ts'
import type { Io } from './io.ts'
import { runReport } from './report.ts'
import { runSimulate, type SimulateFlags } from './simulate.ts'
import { runTrend, type TrendFlags } from './trend.ts'

export type ProgramContext = {
  readonly version: string
  /** The world for one command; `color` is false with --no-color. */
  io(color: boolean): Io
  /** Called once, with what the command ended in. */
  done(code: ExitCode): void
}

/** The command line: every command, its flags, its help. */
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
    ['gate', 'check every promise, measure cold and warm, decide', runGate],
    ['check', 'check the promises alone', runCheck],
    ['bench', 'measure alone', runBench],
  ] as const
  for (const [name, says, run] of commands) {
    const command = addRunFlags(program.command(name).description(says))
    if (name !== 'bench') addSelectionFlags(command)
    command
      .addHelpText('after', EXAMPLES[name])
      .action(async (options: TypedOptions) => done(await run(toRunFlags(options), io(options.color))))
  }
}

function addReading(program: Command, { io, done }: ProgramContext): void {
  addCommonFlags(program.command('report').description('decide and render a saved run again'))
    .argument('<run>', 'its id, its folder, or latest')
    .option('--reports-dir <folder>', 'default: reports')
    .option('--quiet', 'no findings on stderr, only the verdict line')
    .addOption(reporterOption())
    .option('--json', 'verdict.json on stdout, alone')
    .addHelpText('after', EXAMPLES.report)
    .action(async (run: string, options: TypedOptions) =>
      done(await runReport(run, toRunFlags(options), io(options.color))),
    )
  addCommonFlags(program.command('trend').description('the last runs of a metric, with a sparkline'))
    .addArgument(new Argument('[metric]', 'without it: which ones there are'))
    .addOption(new Option('--temperature <name>', 'only these').choices(['cold', 'warm', 'steady']))
    .option('--target <name>', 'only this target: its kind, model or place')
    .option('--limit <n>', 'how many runs', wholeNumber(1, 10_000), 30)
    .option('--json', 'the points as JSON')
    .addHelpText('after', EXAMPLES.trend)
    .action(async (metric: string | undefined, options: TrendOptions) => {
      const { target: series, color, ...rest } = options
      done(
        await runTrend(
          { ...rest, ...(metric !== undefined && { metric }), ...(series !== undefined && { series }) },
          io(color),
        ),
      )
    })
  const config = program.command('config').description('the configuration that a run would have')
  addRunFlags(config.command('print').description('every setting, and where its value came from'))
    .addHelpText('after', EXAMPLES.config)
    .action(async (options: TypedOptions) =>
      done(await runConfigPrint(toRunFlags(options), io(options.color))),
    )
}

function addPreparing(program: Command, { io, done }: ProgramContext): void {
  addCommonFlags(addTargetFlags(program.command('doctor').description('look at all that a run needs')))
    .option('--reports-dir <folder>', 'default: reports')
    .addHelpText('after', EXAMPLES.doctor)
    .action(async (options: TypedOptions) => done(await runDoctor(toRunFlags(options), io(options.color))))
  program
    .command('init')
    .description('write a first configuration and an example for CI; overwrites nothing')
    .addHelpText('after', EXAMPLES.init)
    .action(async () => done(await runInit(io(true))))
  const simulate = program.command('simulate').description('run the simulator until Ctrl-C')
  simulate
    .option('--port <n>', 'default: a free one', wholeNumber(0, 65_535))
    .option('--host <address>', 'default: 127.0.0.1')
    .option('--dialect <name>', 'openai (the default) or ananke: which /health it has')
    .option('--profile <name>', 'its times: default, a100, instant')
    .option('--model <name>', 'the name under which it serves')
    .option('--seed <n>', 'equal seeds give equal bytes', wholeNumber(0, 2 ** 32 - 1))
    .option('--fault <id>', 'switch a fault on; repeatable', (id: string, before: string[] = []) => [
      ...before,
      id,
    ])
    .option('--list-faults', 'every fault and what it does, then end')
    .addHelpText('after', EXAMPLES.simulate)
    .action(async ({ fault, ...flags }: SimulateOptions) =>
      done(await runSimulate({ ...flags, ...(fault && { faults: fault }) }, io(true))),
    )
}

type TrendOptions = Omit<TrendFlags, 'metric' | 'series'> & {
  readonly target?: string
  readonly temperature?: Temperature
  readonly color: boolean
}
type SimulateOptions = Omit<SimulateFlags, 'faults'> & { readonly fault?: readonly string[] }

const EXIT_CODES = `
Exit codes:
  0    PASS: the only one on which a deploy may go on
  10   FAIL: a promise is broken, or a limit
  20   INCONCLUSIVE: not enough evidence; the report says what would settle it
  2    wrong usage or configuration; nothing was run
  30   could not run: target unreachable, store or reports not writable
  130  interrupted (143: terminated); a partial report was written

Examples:
  infergate gate                                   judge the built-in simulator
  infergate gate --url http://127.0.0.1:8000       judge a service that already runs
  infergate gate --fault health-green-generate-error
`

const EXAMPLES = {
  gate: `
Examples:
  infergate gate
  infergate gate --url http://127.0.0.1:8000 --model my/model
  infergate gate --target staging --max-seconds 300 --reporter junit=out/junit.xml
  infergate gate --fault reload-per-request        exit 10: the gate catches it
  infergate gate --json > verdict.json
`,
  check: `
Examples:
  infergate check --suite health --suite errors
  infergate check --tag smoke --url http://127.0.0.1:8000
`,
  bench: `
Examples:
  infergate bench
  infergate bench --profile a100 --seed 7
`,
  report: `
Examples:
  infergate report latest
  infergate report latest --json
  infergate report reports/RUN-ID --reporter junit=junit.xml
`,
  trend: `
Examples:
  infergate trend
  infergate trend e2eMsP50 --temperature warm --limit 14
`,
  config: `
Examples:
  infergate config print
  infergate config print --target staging
`,
  doctor: `
Examples:
  infergate doctor
  infergate doctor --url http://127.0.0.1:8000
`,
  init: `
Example:
  npx infergate init && npx infergate gate
`,
  simulate: `
Examples:
  infergate simulate --port 8000
  infergate simulate --dialect ananke --profile a100 --fault reload-per-request
  infergate simulate --list-faults
`,
} as const
