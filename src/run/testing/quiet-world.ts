import type { World } from '../world.ts'

/** A world in which a run leaves nothing. */
export const quietWorld = (): World => ({
  journal: { append() {}, sync() {} },
  progress: { phase() {}, step() {}, began() {}, saw() {}, status() {}, note() {}, warn() {} },
  signal: new AbortController().signal,
  begun() {},
  publish() {},
  record() {},
})
