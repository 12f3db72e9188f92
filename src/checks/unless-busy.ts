import type { Clock } from '../clock.ts'
import { describeLoad, explains, type LoadWatch } from '../load.ts'
import type { Ended } from './cases.ts'

/** A failure by time, unless this machine was so busy that it explains it: then it decides nothing. */
export async function unlessBusy(ended: Ended, watch: LoadWatch, clock: Clock): Promise<Ended> {
  const { excess, ...rest } = ended
  if (ended.outcome !== 'failed' || excess === undefined) return rest
  const load = await watch.read(clock)
  if (!explains(load, excess)) return rest
  return { ...rest, outcome: 'inconclusive', reason: `${ended.reason}; but ${describeLoad(load)}` }
}
