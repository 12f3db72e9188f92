import { aborted, deadline } from '../clock.ts'
import type { ProcessExit } from '../records/index.ts'
import { type ProcessOrder, type StartProcessOptions, startProcess } from './started-process.ts'

export type RunToEndOptions = StartProcessOptions & {
  /** Absent: until it ends by itself, or the signal ends it. */
  readonly limitMs?: number
}

/** `exit`: how it ended by itself; absent where the limit or the signal ended it. */
export type RanToEnd = { readonly exit?: ProcessExit; readonly tookMs: number }

/** Runs a command until it ends, or ends it at its limit or with the signal. Throws `command-not-found`. */
export async function runToEnd(
  order: ProcessOrder,
  { limitMs, ...options }: RunToEndOptions,
): Promise<RanToEnd> {
  const { clock, signal } = options
  const started = await startProcess(order, options)
  try {
    using late = limitMs === undefined ? undefined : deadline(clock, limitMs)
    await aborted(
      AbortSignal.any([started.ended, ...[late?.signal, signal].filter((one) => one !== undefined)]),
    )
    const exit = started.exit()
    await started.stop()
    return { tookMs: clock.monotonicMs() - started.startedAtMs, ...(exit && { exit }) }
  } finally {
    await started.stop()
  }
}
