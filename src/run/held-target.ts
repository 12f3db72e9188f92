import type { RunningTarget } from '../records/index.ts'

/** The one started service of a run: whatever ends the run, and wherever, what is held is stopped. */
export class HeldTarget implements AsyncDisposable {
  #target: RunningTarget | undefined

  /** Takes the service over from whoever started it. */
  hold(target: RunningTarget): RunningTarget {
    this.#target = target
    return target
  }

  /** Stops what is held; idempotent. */
  async release(): Promise<void> {
    await this.#target?.stop()
    this.#target = undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release()
  }
}
