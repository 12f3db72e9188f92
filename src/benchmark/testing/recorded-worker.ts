import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { runShare } from '../run-share.ts'
import type { WorkerTask } from '../worker-messages.ts'
import { openRecorded, stillClock } from './recorded-client.ts'

/** A thread that sends its share of a load to a recording; the address is the file. */
assert(parentPort, 'a worker has a parent')
await runShare(workerData as WorkerTask, {
  port: parentPort,
  clock: stillClock,
  onClock: () => 0,
  openClient: async ({ address }) => openRecorded(address.baseUrl ?? ''),
})
