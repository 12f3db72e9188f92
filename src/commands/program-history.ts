import { type Command, Option } from 'commander'
import type { PromoteFlags } from './baseline.ts'
import { addCommonFlags } from './flags.ts'
import { EXAMPLES } from './help-texts.ts'
import type { ExchangeFlags } from './history-exchange.ts'
import type { PruneFlags } from './history-prune.ts'
import type { ShowFlags } from './history-show.ts'
import type { HistoryFlags } from './kept-history.ts'
import type { ProgramContext } from './program-context.ts'
import { wholeNumber } from './whole-number.ts'

export function addBaseline(program: Command, { io, done }: ProgramContext): void {
  const baseline = program
    .command('baseline')
    .description('the accepted run that later runs are held against')
    .addHelpText('after', EXAMPLES.baseline)
  addCommonFlags(baseline.command('promote').description('make a run the baseline of its target'))
    .argument('<run>', 'its id, its folder, or latest: a complete PASS')
    .requiredOption('--reason <text>', 'why: it stands in the log')
    .option('--replaces <run>', 'only if this one is the baseline until then; none: only if there is none')
    .option('--reports-dir <folder>', 'default: reports')
    .action(async (run: string, { color, ...flags }: PromoteFlags & Colored) => {
      const { runBaselinePromote } = await import('./baseline.ts')
      done(await runBaselinePromote(run, flags, io(color)))
    })
  const looks = [
    ['list', 'every promotion: who, when, why', async () => (await import('./baseline.ts')).runBaselineList],
    ['show', 'the baseline and its figures', async () => (await import('./baseline.ts')).runBaselineShow],
  ] as const
  for (const [name, says, load] of looks)
    addCommonFlags(baseline.command(name).description(says))
      .option('--target <name>', 'only this target, by its name in the configuration')
      .option('--json', 'as JSON on stdout')
      .action(async ({ color, ...flags }: HistoryFlags & { readonly target?: string } & Colored) => {
        const run = await load()
        done(await run(flags, io(color)))
      })
}

export function addHistory(program: Command, context: ProgramContext): void {
  const { io, done } = context
  const history = program
    .command('history')
    .description('the runs that are kept')
    .addHelpText('after', EXAMPLES.history)
  addCommonFlags(history.command('show').description('the newest runs, or one of them'))
    .argument('[run]', 'its id')
    .option('--target <name>', 'only this target, by its name in the configuration')
    .option('--limit <n>', 'how many runs are listed', wholeNumber(1, 10_000), 30)
    .option('--json', 'as JSON on stdout')
    .action(async (run: string | undefined, { color, ...flags }: ShowFlags & Colored) => {
      const { runHistoryShow } = await import('./history-show.ts')
      done(await runHistoryShow(run, flags, io(color)))
    })
  addCommonFlags(history.command('prune').description('remove old runs; what is needed stays'))
    .option('--older-than <days>', 'runs that started before', wholeNumber(1, 100_000))
    .option('--run <id>', 'this run, such as one that a wrong clock has put into the future')
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .option('--json', 'as JSON on stdout')
    .action(async ({ color, ...flags }: PruneFlags & Colored) => {
      const { runHistoryPrune } = await import('./history-prune.ts')
      done(await runHistoryPrune(flags, io(color)))
    })
  addExchange(history, context)
}

function addExchange(history: Command, { io, done }: ProgramContext): void {
  addCommonFlags(history.command('export').description('all that is kept, as one text'))
    .argument('[file]', 'default: stdout')
    .addOption(formatOption())
    .action(async (file: string | undefined, { color, ...flags }: ExchangeFlags & Colored) => {
      const { runHistoryExport } = await import('./history-exchange.ts')
      done(await runHistoryExport(file, flags, io(color)))
    })
  addCommonFlags(
    history.command('import').description('add what `export` wrote; what is there already stays'),
  )
    .argument('<file>')
    .addOption(formatOption())
    .action(async (file: string, { color, ...flags }: ExchangeFlags & Colored) => {
      const { runHistoryImport } = await import('./history-exchange.ts')
      done(await runHistoryImport(file, flags, io(color)))
    })
}

const formatOption = (): Option =>
  new Option(
    '--format <name>',
    'jsonl: everything; csv: the points of the series. Default: by the name',
  ).choices([...['jsonl', 'csv']])

type Colored = { readonly color: boolean }
