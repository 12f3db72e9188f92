import { type Command, Option } from 'commander'
import { HarnessError } from '../errors.ts'
import { DEFAULT_RULE, MOST_PAIRS } from '../verdict/index.ts'
import type { AgainstFlags } from './io.ts'
import { wholeNumber } from './whole-number.ts'

/** The last look of the rule. */
const USUAL_PAIRS = DEFAULT_RULE.looks.at(-1)?.pairs ?? 1

export const pairsOption = (): Option =>
  new Option('--pairs <n>', `the most pairs of starts; default: ${USUAL_PAIRS}`).argParser(
    wholeNumber(1, MOST_PAIRS),
  )

/** What the target is held against, start by start. */
export const addAgainstFlags = (command: Command): Command =>
  command
    .option('--against <name>', 'the target to be no slower than: both are started in turn, pair by pair')
    .option('--against-url <url>', 'the same for a service that already runs')
    .addOption(pairsOption())
    .addOption(
      new Option(
        '--on-inconclusive <what>',
        'when the pairs leave it open: extend (the default: more of them, then INCONCLUSIVE), fail, or pass',
      ).choices(['fail', 'pass', 'extend']),
    )

/** Throws `usage`: a setting of pairs that are not measured would be ignored in silence. */
export function requireAgainst({ against, againstUrl, pairs, onInconclusive }: AgainstFlags): void {
  if (against !== undefined && againstUrl !== undefined)
    throw new HarnessError('usage', '--against and --against-url contradict each other: give one of them.')
  if (against !== undefined || againstUrl !== undefined) return
  const [flag] = [
    ...(pairs === undefined ? [] : ['--pairs']),
    ...(onInconclusive === undefined ? [] : ['--on-inconclusive']),
  ]
  if (flag !== undefined)
    throw new HarnessError('usage', `${flag} is a setting of pairs: name the other target with --against.`)
}
