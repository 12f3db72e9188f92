import { createHash } from 'node:crypto'
import { createRandom } from '../../random.ts'
import type { ScheduledRequest } from '../../records/index.ts'
import { type Asked, requestOf } from './asked.ts'
import { type Draft, draftsOf, pickWeighted } from './drafts.ts'
import type { PromptPlan } from './plan.ts'

/** The part of one of several processes; all turns of a session are in one part. */
export type Share = { readonly worker: number; readonly of: number }

const ALL: Share = { worker: 0, of: 1 }

export type PlacedDraft = { readonly index: number; readonly workload?: string; readonly draft: Draft }

/**
 * What a load asks, in order and without due times: decided by the plan alone, equal on each machine and for each number of
 * processes. Without end, except that of a trace, which ends with it. Steps of one run draw on from one iterator: begun anew it asks
 * the same, and a service that caches prefixes knows that already.
 */
export function* requestsOf(plan: PromptPlan, share: Share = ALL): Generator<ScheduledRequest> {
  for (const placed of placedDrafts(plan, share)) yield toRequest(placed, plan)
}

export function* placedDrafts(plan: PromptPlan, { worker, of }: Share = ALL): Generator<PlacedDraft> {
  const sources = plan.workloads.map((workload, place) => draftsOf(workload, plan, `${plan.seed}:${place}`))
  const weights = plan.workloads.map(({ weight = 1 }) => weight)
  const random = createRandom(`${plan.seed}:mix`)
  /** Of the sessions under way: where each began. */
  const begun = new Map<string, number>()
  for (let index = 0; ; index++) {
    const which = sources.length === 1 ? 0 : pickWeighted(weights, random)
    const { value: draft, done } = (sources[which] as Iterator<Draft, undefined>).next()
    if (done || !draft) return
    const { session } = draft
    if (session?.turn === 0) begun.set(session.id, index)
    const first = session ? (begun.get(session.id) ?? index) : index
    const workload = plan.workloads[which]?.name
    if (first % of === worker) yield { index, ...(workload !== undefined && { workload }), draft }
  }
}

function toRequest(placed: PlacedDraft, plan: PromptPlan): ScheduledRequest {
  const { index, workload, draft } = placed
  const { asked, length } = makeText(placed, plan)
  return {
    index,
    ...(workload !== undefined && { workload }),
    request: requestOf(asked, { ...plan, outputTokens: draft.outputTokens }),
    ...(length?.isWhole && { inputTokens: length.tokens }),
    ...(draft.session && { session: draft.session }),
  }
}

/**
 * The text of a request, and its length where that is known: counted, or the sum of its words where words add up. `isWhole`: with
 * the tokens of its template.
 */
export function makeText(
  { index, draft }: PlacedDraft,
  { counting, corrections }: PromptPlan,
): { readonly asked: Asked; readonly length?: { readonly tokens: number; readonly isWhole: boolean } } {
  const correction = corrections[index]
  const { asked, tokens: sum } = draft.make(correction?.more)
  if (counting.by === 'nobody') return { asked }
  const isCounted = draft.asksTokens === undefined || counting.how === 'sum'
  const tokens = correction?.tokens ?? (isCounted ? sum : undefined)
  if (tokens === undefined) return { asked }
  return { asked, length: { tokens, isWhole: asked.route === 'generate' || counting.chat === 'whole' } }
}

/** SHA-256 of the first `count` requests, each as one line of JSON: for the fingerprint of a run. */
export function hashRequests(plan: PromptPlan, count: number): string {
  const hash = createHash('sha256')
  for (const request of requestsOf(plan).take(count)) hash.update(`${JSON.stringify(request)}\n`)
  return `sha256:${hash.digest('hex')}`
}
