import type { Command } from 'commander'
import { duration } from './duration-flags.ts'

/** A service that scales to zero is cold again after a time without a request. */
export const addIdleFlag = (command: Command): Command =>
  command.option(
    '--idle <time>',
    'at the end send nothing for so long, then time the first answer as cold: 300, 10m',
    duration,
  )
