import { Option } from 'commander'
import { PROGRESS_MODES, type ProgressMode, type ProgressOptions } from '../reporters/index.ts'

/** For each command that takes its time. */
export const progressOption = (): Option =>
  new Option(
    '--progress <how>',
    'on stderr: auto (live on a terminal, else plain), live, plain, json (an event a line) or none (the summary alone)',
  ).choices(PROGRESS_MODES)

export const progressOptions = ({
  quiet = false,
  progress,
}: {
  readonly quiet?: boolean
  readonly progress?: ProgressMode
}): ProgressOptions => ({ quiet, ...(progress && { mode: progress }) })
