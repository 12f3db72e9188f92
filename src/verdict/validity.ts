import type { Comparison, LoadRun, Run } from '../records/index.ts'
import { flaw, type Grounds, joined } from './grounds.ts'
import { inFull } from './limit-metrics.ts'

/** A load that the client or its machine spoiled proves nothing of the service: never slow, never PASS. */
export function judgeValidity({ loads = [] }: Pick<Run, 'loads'>): Grounds {
  return joined(
    loads
      .flatMap(reasonsOf)
      .map(({ load, says, next }) =>
        flaw(
          `${loads.length === 1 ? 'The load is invalid' : `The load of ${load.says} is invalid`}: ${says} ${next}`,
        ),
      ),
  )
}

/** A limit of what an invalid load timed. That the service answered with errors, or none at all, is no matter of the client. */
function isTimed(id: string): boolean {
  const name = id.startsWith('limits.') ? inFull(id.slice('limits.'.length)) : ''
  return name.startsWith('steady.') && !/\.(?:errorRate|turnedAwayRate)$/.test(name)
}

/** A limit that an invalid load breaks or keeps is not known to be broken or kept. */
export function unlessInvalid(one: Comparison, run: Pick<Run, 'loads'>): Comparison {
  const [first] = (run.loads ?? []).flatMap(reasonsOf)
  const isKnown = one.outcome === 'passed' || one.outcome === 'failed'
  if (!first || !isKnown || !isTimed(one.id)) return one
  return { ...one, outcome: 'inconclusive', reason: `${one.reason}; but the load is invalid` }
}

const reasonsOf = (load: LoadRun) => (load.validity?.reasons ?? []).map((reason) => ({ ...reason, load }))
