import { Command } from 'commander'
import { addAgainstFlags } from './against-flags.ts'
import { addColdFlag } from './cold-flag.ts'
import type { CompareFlags } from './compare.ts'
import { faultAfterOption } from './duration-flags.ts'
import {
  addBaselineFlags,
  addCommonFlags,
  addPlanFlag,
  addRunFlags,
  addSelectionFlags,
  addTargetFlags,
  allowDifferenceOption,
  collect,
  reporterOption,
  type TypedOptions,
  toRunFlags,
} from './flags.ts'
import { EXAMPLES, EXIT_CODES } from './help-texts.ts'
import { addIdleFlag } from './idle-flag.ts'
import { addLoadFlags, type LoadOptions, toLoadSpec, withoutLoad } from './load-flags.ts'
import { addBugReport } from './program-bug-report.ts'
import type { ProgramContext } from './program-context.ts'
import { addDeploy } from './program-deploy.ts'
import { addBaseline, addHistory } from './program-history.ts'
import { addLint } from './program-lint.ts'
import { addNightly, addTrend } from './program-trend.ts'
import { addWatch } from './program-watch.ts'
import { progressOption } from './progress-flag.ts'
import type { ProveFlags } from './prove.ts'
import type { SimulateFlags } from './simulate.ts'
import { addSleepFlags } from './sleep-flags.ts'
import { addSloFlag, requireLoad } from './slo-flag.ts'
import type { ViewFlags } from './view.ts'
import { wholeNumber } from './whole-number.ts'

/** The command line: every command, its flags, its help. A command's code is loaded when it is called. */
export function createProgram(context: ProgramContext): Command {
  const program = new Command('infergate')
    .description(
      'May this deploy go live? Checks what an LLM inference service promises, measures it, and decides.',
    )
    .version(context.version)
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES)
  program.commandsGroup('Begin:').helpCommand('help [command]', 'show the help of a command')
  for (const [heading, ...parts] of GROUPS) {
    program.commandsGroup(heading)
    for (const add of parts) add(program, context)
  }
  return program
}

type AddCommands = (program: Command, context: ProgramContext) => void

/** In the order in which somebody who is new meets them. */
const GROUPS: readonly (readonly [heading: string, ...parts: readonly AddCommands[]])[] = [
  ['Begin:', addPreparing],
  ['Judge a service:', addJudging],
  ['Before, during and after a deploy:', addLint, addDeploy, addWatch],
  ['Look at runs:', addReading, addBugReport],
  ['Over time:', addNightly, addTrend, addBaseline, addHistory],
  ['Prove the verdict:', addProving],
]

function addJudging(program: Command, { io, done }: ProgramContext): void {
  const commands = [
    [
      'gate',
      'check every promise, measure cold and warm, decide',
      async () => (await import('./gate.ts')).runGate,
    ],
    ['check', 'check every promise, measure nothing', async () => (await import('./check.ts')).runCheck],
  ] as const
  for (const [name, says, load] of commands) {
    const command = addPlanFlag(addRunFlags(program.command(name).description(says)))
    if (name === 'gate') addColdFlag(addAgainstFlags(addBaselineFlags(command)))
    addSelectionFlags(command)
      .addHelpText('after', EXAMPLES[name])
      .action(async (options: TypedOptions) => {
        const flags = toRunFlags(options)
        const run = await load()
        done(await run(flags, io(options.color)))
      })
  }
  const bench = addRunFlags(
    program.command('bench').description('measure only: cold, warm, and the load that you state'),
  )
  addColdFlag(addPlanFlag(addIdleFlag(addSloFlag(addLoadFlags(addAgainstFlags(addBaselineFlags(bench)))))))
    .addHelpText('after', EXAMPLES.bench)
    .action(async (options: TypedOptions & LoadOptions) => {
      const load = toLoadSpec(options)
      requireLoad({ ...options, load })
      const { runBench } = await import('./bench.ts')
      done(await runBench({ ...toRunFlags(withoutLoad(options)), ...(load && { load }) }, io(options.color)))
    })
}

function addProving(program: Command, { io, done }: ProgramContext): void {
  program
    .command('prove')
    .description('switch on each fault of the simulator: does the gate catch it?')
    .option('--no-color', 'plain text; NO_COLOR does the same')
    .option('--fault <id>', 'only this fault; repeatable', collect<string>)
    .option('--seeds <n>', 'healthy simulators of each dialect', wholeNumber(0, 10_000), 25)
    .option('--jobs <n>', 'how many runs at a time; default: three for each core', wholeNumber(1, 256))
    .option(
      '--quick',
      'of each fault only the promises that are about it: no matrix, and a fraction of the time',
    )
    .option('--json <file>', 'the matrix as JSON; - is stdout')
    .option('--markdown <file>', 'the matrix as Markdown; - is stdout')
    .option('--html <file>', 'a page to look at: what was missed, the matrix, the time to catch')
    .option('--quiet', 'nothing but what is not proven, and the last line')
    .addOption(progressOption())
    .addHelpText('after', EXAMPLES.prove)
    .action(async ({ fault, color, ...flags }: ProveOptions) => {
      const { runProve } = await import('./prove.ts')
      done(await runProve({ ...flags, ...(fault && { faults: fault }) }, io(color)))
    })
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
  addCommonFlags(program.command('view').description('look at runs in a browser, live while they go on'))
    .argument('[run]', 'its id, its folder, its report.html, or latest; without one: the list of all runs')
    .option('--reports-dir <folder>', 'default: reports')
    .option('--port <n>', 'of the server on 127.0.0.1; default: a free one', wholeNumber(0, 65_535))
    .option('--no-open', 'open no browser, only print the address')
    .addHelpText('after', EXAMPLES.view)
    .action(async (run: string | undefined, { color, ...flags }: ViewFlags & { color: boolean }) => {
      const { runView } = await import('./view.ts')
      done(await runView(run, flags, io(color)))
    })
  addCommonFlags(program.command('compare').description('compare two saved runs: is the second one slower?'))
    .argument('<baseline>', 'a run: its id, its folder, or latest')
    .argument('<candidate>', 'another one')
    .option('--reports-dir <folder>', 'default: reports')
    .addOption(allowDifferenceOption())
    .option('--json', 'the comparison as JSON on stdout')
    .option('--markdown', 'the comparison as Markdown on stdout')
    .option('--html <file>', 'a page to look at: what decided and how sure, both distributions, what differs')
    .addHelpText('after', EXAMPLES.compare)
    .action(
      async (baseline: string, candidate: string, { color, ...flags }: CompareFlags & { color: boolean }) => {
        const { runCompare } = await import('./compare.ts')
        done(await runCompare([baseline, candidate], flags, io(color)))
      },
    )
  addCommonFlags(program.command('waive').description('accept the known failures of a run until a day'))
    .argument('<run>', 'its id, its folder, or latest')
    .option('--reports-dir <folder>', 'default: reports')
    .addHelpText('after', EXAMPLES.waive)
    .action(async (run: string, options: TypedOptions) => {
      const { runWaive } = await import('./waive.ts')
      done(await runWaive(run, toRunFlags(options), io(options.color)))
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
  addCommonFlags(
    addTargetFlags(program.command('doctor').description('look whether a run could work; generates nothing')),
  )
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
    .addOption(faultAfterOption())
    .option('--list-faults', 'every fault and what it does, then end')
  addSleepFlags(simulate)
    .addHelpText('after', EXAMPLES.simulate)
    .action(async ({ fault, ...flags }: SimulateOptions) => {
      const { runSimulate } = await import('./simulate.ts')
      done(await runSimulate({ ...flags, ...(fault && { faults: fault }) }, io(true)))
    })
}

type ProveOptions = Omit<ProveFlags, 'faults'> & {
  readonly fault?: readonly string[]
  readonly color: boolean
}
type SimulateOptions = Omit<SimulateFlags, 'faults'> & { readonly fault?: readonly string[] }
