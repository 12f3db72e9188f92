import { durationOf } from '../benchmark/index.ts'
import type { ConfigValues, WatchConfig } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { LogSource } from '../watch/index.ts'
import type { RunFlags } from './io.ts'

/** How a service is watched. */
export type WatchOptions = {
  /** The first requests, one after the other. */
  readonly requests: number
  readonly everyMs: number
  /** Absent: until somebody ends it. */
  readonly forMs?: number
  readonly log?: LogSource
  /** A command that is run on FAIL, once. */
  readonly onFail?: string
  readonly alpha: number
  /** On 127.0.0.1; 0: a free one. */
  readonly metricsPort?: number
  /** The file that survives this process. */
  readonly state?: string
  /** Milliseconds of warm answers of an accepted run, which the first ones are held against already. */
  readonly accepted?: readonly number[]
  readonly json?: boolean
  readonly quiet?: boolean
}

export const WATCH_DEFAULTS = { requests: 10, everyMs: 5_000, alpha: 0.001 } as const

/** The flags of `watch`, times in milliseconds. */
export type WatchFlags = Pick<
  RunFlags,
  | 'target'
  | 'url'
  | 'dialect'
  | 'model'
  | 'config'
  | 'faults'
  | 'profile'
  | 'seed'
  | 'reportsDir'
  | 'json'
  | 'quiet'
  | 'reporters'
> & {
  readonly requests?: number
  readonly every?: number
  readonly for?: number
  readonly logs?: string
  readonly logFile?: string
  readonly onFail?: string
  readonly alpha?: number
  readonly metricsPort?: number
  readonly state?: string
  readonly baseline?: string
  /** Only say what it costs. */
  readonly plan?: boolean
}

/** Flags first, then the file, then the defaults. Throws `usage` for what contradicts itself. */
export function watchOptions(flags: WatchFlags, { watch = {} }: ConfigValues): WatchOptions {
  if (flags.logs !== undefined && flags.logFile !== undefined)
    throw new HarnessError(
      'usage',
      'A log is followed by a command or from a file: give --logs or --log-file, not both.',
    )
  const forMs = flags.for ?? timeOf(watch.for)
  const log = logOf(flags) ?? logOf(watch)
  const onFail = flags.onFail ?? watch.onFail
  return {
    requests: flags.requests ?? watch.requests ?? WATCH_DEFAULTS.requests,
    everyMs: flags.every ?? timeOf(watch.every) ?? WATCH_DEFAULTS.everyMs,
    alpha: flags.alpha ?? watch.alpha ?? WATCH_DEFAULTS.alpha,
    ...(forMs !== undefined && { forMs }),
    ...(log && { log }),
    ...(onFail !== undefined && { onFail }),
    ...(flags.metricsPort !== undefined && { metricsPort: flags.metricsPort }),
    ...(flags.state !== undefined && { state: flags.state }),
    ...(flags.json && { json: true }),
    ...(flags.quiet && { quiet: true }),
  }
}

function logOf({ logs, logFile }: Pick<WatchConfig, 'logs' | 'logFile'>): LogSource | undefined {
  if (logs !== undefined) return { command: logs }
  return logFile === undefined ? undefined : { file: logFile }
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = durationOf(text)
  if (ms !== undefined) return ms
  throw new HarnessError(
    'config-invalid',
    `watch: "${text}" is no time above 0 and at most 24h: write 5s or 30m.`,
  )
}
