import { parentPort, workerData } from 'node:worker_threads'
import type { PortLane } from '../run/index.ts'
import { judgeSubject } from './judge.ts'
import type { Judged, Subject } from './subject.ts'

/** What a thread answers: what was said of its subject, or why nothing was. */
export type WorkerAnswer = { readonly judged: Judged } | { readonly broke: string }

/** Services of other threads start at the same time. */
const ports = workerData as PortLane
const never = new AbortController().signal

/** A thread of `prove`: judges one subject after the other, simulator and checks beside each other as on a small machine. */
parentPort?.on('message', async (subject: Subject) => {
  try {
    parentPort?.postMessage({ judged: await judgeSubject(subject, never, ports) } satisfies WorkerAnswer)
  } catch (error) {
    const broke = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ broke } satisfies WorkerAnswer)
  }
})
