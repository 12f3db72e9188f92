import type { Command } from 'commander'

/** The cold starts of a service that scales to zero take a wait each. */
export const addColdFlag = (command: Command): Command =>
  command.option(
    '--no-cold',
    'of a target that scales to zero: no cold starts and no waits for them; a gate is then at best INCONCLUSIVE',
  )
