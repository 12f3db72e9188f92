import type { Command } from 'commander'
import type { BugReportFlags } from './bug-report.ts'
import { addCommonFlags } from './flags.ts'
import { EXAMPLES } from './help-texts.ts'
import type { ProgramContext } from './program-context.ts'
import { wholeNumber } from './whole-number.ts'

const DEFAULT_REQUESTS = 30
const DEFAULT_SECONDS = 120

export function addBugReport(program: Command, { io, done }: ProgramContext): void {
  addCommonFlags(
    program
      .command('bug-report')
      .description('write what a run found for the owner of the service, with a curl that repeats it'),
  )
    .argument('<run>', 'its id, its folder, or latest')
    .argument('[check]', 'the check to report; default: the worst finding')
    .option('--all', 'every finding that failed')
    .option('--output <file>', 'write it there; default: stdout')
    .option('--json', 'JSON instead of Markdown')
    .option('--url <url>', 'ask a service that runs there, instead of the target of the run')
    .option(
      '--max-requests <n>',
      'the most requests for the failure of one check',
      wholeNumber(1, 10_000),
      DEFAULT_REQUESTS,
    )
    .option(
      '--max-seconds <n>',
      'the most time for the failure of one check',
      wholeNumber(1, 86_400),
      DEFAULT_SECONDS,
    )
    .option('--no-minimise', 'send nothing: the curl is the recorded one')
    .option('--baseline <run>', 'the accepted run to hold beside it; default: the baseline, or the last PASS')
    .option('--reports-dir <folder>', 'default: reports')
    .addHelpText('after', EXAMPLES.bugReport)
    .action(
      async (
        run: string,
        check: string | undefined,
        { color, ...flags }: BugReportFlags & { color: boolean },
      ) => {
        const { runBugReport } = await import('./bug-report.ts')
        done(await runBugReport(run, check, flags, io(color)))
      },
    )
}
