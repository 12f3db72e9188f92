import { Argument, type Command, Option } from 'commander'
import type { Warmth } from '../records/index.ts'
import { pairsOption } from './against-flags.ts'
import { addCsvFlags, type CsvOptions, csvFlagsOf } from './csv-flags.ts'
import { addCommonFlags, addPlanFlag, addRunFlags, type TypedOptions, toRunFlags } from './flags.ts'
import { EXAMPLES } from './help-texts.ts'
import { addIdleFlag } from './idle-flag.ts'
import { addLoadFlags, type LoadOptions, toLoadSpec, withoutLoad } from './load-flags.ts'
import type { ProgramContext } from './program-context.ts'
import { progressOption } from './progress-flag.ts'
import { addSloFlag, requireLoad } from './slo-flag.ts'
import type { TrendFlags } from './trend.ts'
import type { AcceptFlags } from './trend-accept.ts'
import type { TrendChoice } from './trend-choice.ts'
import { wholeNumber } from './whole-number.ts'

export function addNightly(program: Command, { io, done }: ProgramContext): void {
  const nightly = addRunFlags(
    program
      .command('nightly')
      .description('add a night to the history: cold and warm, beside a reference target; then the trend'),
  ).option('--reference <name>', 'the target that is measured beside it; default: nightly.reference')
  addPlanFlag(addIdleFlag(addSloFlag(addLoadFlags(nightly))))
    .addHelpText('after', EXAMPLES.nightly)
    .action(async (options: TypedOptions & LoadOptions) => {
      const load = toLoadSpec(options)
      requireLoad({ ...options, load })
      const { runNightly } = await import('./nightly.ts')
      done(
        await runNightly({ ...toRunFlags(withoutLoad(options)), ...(load && { load }) }, io(options.color)),
      )
    })
}

export function addTrend(program: Command, context: ProgramContext): void {
  const { io, done } = context
  const trend = addCsvFlags(
    addCommonFlags(
      program
        .command('trend')
        .description('which figures moved over the nights, since when, and by how much'),
    ),
  )
    // The flags behind `accept` are its own.
    .enablePositionalOptions()
    .addArgument(new Argument('[metric]', 'such as e2eMsP50: its last runs, too; without one: every series'))
    .addOption(warmthOption())
    .option('--target <name>', 'only this target; of the list of runs also its kind, model or place')
    .option('--limit <n>', 'how many runs are listed', wholeNumber(1, 10_000), 30)
    .option('--json', 'series, nights and incidents as JSON')
    .option('--markdown <file>', 'the same as Markdown; - is stdout')
    .option(
      '--html <file>',
      'a page to look at: what moved, every series with its nights, levels and changes',
    )
    .option('--svg <folder>', 'a picture of each series; a name that ends in .svg is one picture')
    .option('--fail-on-change', 'exit 10 where a level moved that nobody has accepted')
    .addOption(progressOption())
    .addHelpText('after', EXAMPLES.trend)
    .action(async (metric: string | undefined, options: TrendOptions & CsvOptions) => {
      const csv = csvFlagsOf(options, metric)
      if (csv) {
        const { runTrendCsv } = await import('./trend-csv.ts')
        done(await runTrendCsv(csv, io(options.color)))
        return
      }
      const { target: series, color, ...rest } = options
      const chosen = { ...(metric !== undefined && { metric }), ...(series !== undefined && { series }) }
      const { runTrend } = await import('./trend.ts')
      done(await runTrend({ ...rest, ...chosen }, io(color)))
    })
  addAccept(trend, context)
  addConfirm(trend, context)
}

function addAccept(trend: Command, { io, done }: ProgramContext): void {
  addChoice(
    trend
      .command('accept')
      .description('accept the level since the last change: later nights are held against it'),
  )
    .requiredOption('--reason <text>', 'why: it stands in the history and beside the change')
    .addHelpText('after', EXAMPLES.trendAccept)
    .action(async ({ color, ...flags }: AcceptFlags & Colored) => {
      const { runTrendAccept } = await import('./trend-accept.ts')
      done(await runTrendAccept(flags, io(color)))
    })
}

function addConfirm(trend: Command, { io, done }: ProgramContext): void {
  addChoice(
    trend
      .command('confirm')
      .description('measure the last good night against the first bad one again, in pairs'),
  )
    .addOption(pairsOption())
    .addHelpText('after', EXAMPLES.trendConfirm)
    .action(async ({ color, ...flags }: TrendChoice & Colored & { readonly pairs?: number }) => {
      const { runTrendConfirm } = await import('./trend-confirm.ts')
      done(await runTrendConfirm(flags, io(color)))
    })
}

const addChoice = (command: Command): Command =>
  addCommonFlags(command)
    .option('--metric <name>', 'only this one; default: each that moved')
    .addOption(warmthOption())
    .option('--target <name>', 'only this target, by its name in the configuration')

const warmthOption = (): Option =>
  new Option('--warmth <name>', 'only these').choices(['cold', 'warm', 'steady'])

type Colored = { readonly color: boolean }
type TrendOptions = Omit<TrendFlags, 'metric' | 'series'> &
  Colored & { readonly target?: string; readonly warmth?: Warmth }
