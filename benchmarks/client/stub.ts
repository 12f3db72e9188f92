import { type AnswerTruth, type StartedStub, startStub } from '../../src/stub/index.ts'
import type { Pace } from './cells.ts'
import { cpuTimeOf } from './processor.ts'
import type { Quantiles, TrueAnswer } from './records.ts'

/** The stubs of a run: one process for each pace, for a fresh one would be slow at first. All are pinned to the last core. */
export class Stubs implements AsyncDisposable {
  readonly #stubs = new Map<string, StartedStub>()

  async of(pace: Pace): Promise<StartedStub> {
    const key = JSON.stringify(pace)
    const stub = this.#stubs.get(key) ?? (await startStub(pace))
    this.#stubs.set(key, stub)
    return stub
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stub of this.#stubs.values()) await stub[Symbol.asyncDispose]()
  }
}

/** What a stub says of itself since its reset. */
export async function readStub(stub: StartedStub) {
  const { p50, p99 } = await stub.late()
  const late: Quantiles = { p50, p99 }
  return { truth: (await stub.truth()).map(truthOf), late }
}

export const stubTime = ({ pid }: StartedStub): number => cpuTimeOf(pid)

const truthOf = ({ id, received_ns, emitted_ns }: AnswerTruth): TrueAnswer => ({
  ...{ id, receivedNs: received_ns, emittedNs: emitted_ns },
})
