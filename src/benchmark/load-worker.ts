import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { openLoadClient } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import { Secret } from '../secret.ts'
import { originOf } from './clock-origin.ts'
import { rehearsedOnce } from './rehearse.ts'
import { runShare } from './run-share.ts'
import { ClientWatch } from './validity/client-watch.ts'
import type { WorkerTask } from './worker-messages.ts'

/** A thread that sends its share of a load, with a client and connections of its own. */
assert(parentPort, 'a worker has a parent')
const originMs = originOf(systemClock)
await runShare(workerData as WorkerTask, {
  port: parentPort,
  clock: systemClock,
  onClock: (monotonicMs) => monotonicMs - originMs,
  openWatch: (runStartMs) => new ClientWatch({ runStartMs }),
  openClient: async ({ address, secrets, profile }) => {
    await rehearsedOnce(openLoadClient)
    const knownSecrets = secrets.map(({ value, label }) => new Secret(value, label))
    return await openLoadClient({ ...address, knownSecrets }, { profile })
  },
})
