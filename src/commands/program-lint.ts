import type { Command } from 'commander'
import { collect } from './flags.ts'
import { EXAMPLES } from './help-texts.ts'
import type { LintFlags } from './lint.ts'
import type { ProgramContext } from './program-context.ts'

export function addLint(program: Command, { io, done }: ProgramContext): void {
  program
    .command('lint')
    .description('read the Python source of a Modal or FastAPI app for known mistakes; runs nothing')
    .argument('[files...]', 'Python files, folders that hold some, or - for stdin')
    .option('--rule <id>', 'only this rule; repeatable', collect<string>)
    .option('--ignore <id>', 'without this rule; repeatable', collect<string>)
    .option('--rules', 'list the rules with why and fix, and read nothing')
    .option('--json', 'the findings as JSON on stdout')
    .option('--sarif <file>', 'also write them as SARIF 2.1.0; - is stdout, alone')
    .option('--stdin-filename <name>', 'what stdin is called in the findings')
    .addHelpText('after', EXAMPLES.lint)
    .action(async (files: readonly string[], flags: LintFlags) => {
      const { runLint } = await import('./lint.ts')
      done(runLint(files, flags, io(true)))
    })
}
