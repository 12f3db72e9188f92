import { runCheck } from '../../src/checks/run-check.ts'
import type { Session } from '../../src/checks/session.ts'
import type { CheckTools, DeclaredPromise } from '../../src/promises/index.ts'
import { isCheckEnded } from '../../src/promises/outcome.ts'
import { createRandom } from '../../src/random.ts'
import type { GenerationRequest } from '../../src/records/index.ts'

/** What came of a check that was run again and again on a healthy service. */
export type Repeated = {
  readonly runs: number
  /** Generations that these runs judged. */
  readonly draws: number
  /** Runs that failed for what an answer holds. */
  readonly failed: number
  /** Runs that failed for the time that something took: a busy machine's, and not counted. */
  readonly late: number
  readonly inconclusive: number
  /** The first of the failures. */
  readonly reasons: readonly string[]
}

/** What one run of a check asked for. */
export type Asked = {
  draws: number
  /** Generations at a temperature above 0. */
  warm: number
  /** Whether it said how many observations it made. */
  sampled: boolean
}

const SHOWN_REASONS = 3

/** Runs the very check of a promise, each time with chance of its own, until it has judged so many draws. */
export async function repeat(
  declared: DeclaredPromise,
  session: Session,
  { draws, seed }: { readonly draws: number; readonly seed: number },
): Promise<Repeated | 'not-applicable'> {
  const total = { runs: 0, draws: 0, failed: 0, late: 0, inconclusive: 0 }
  const reasons: string[] = []
  while (total.draws < draws) {
    const { outcome, reason = '', asked, late } = await runOnce(declared, session, `${seed} ${total.runs}`)
    if (outcome === 'not-applicable') return outcome
    total.runs += 1
    total.draws += asked.draws
    if (late) total.late += 1
    else if (outcome === 'failed') total.failed += 1
    else if (outcome === 'inconclusive') total.inconclusive += 1
    if (outcome !== 'passed' && reasons.length < SHOWN_REASONS) reasons.push(`${outcome}: ${reason}`)
    // A check that draws nothing has no chance.
    if (asked.draws === 0) break
  }
  return { ...total, reasons }
}

/** One run of a check; what it asked for stands beside what came of it. */
export async function runOnce({ entry, definition }: DeclaredPromise, session: Session, seed: string) {
  const asked: Asked = { draws: 0, warm: 0, sampled: false }
  let late = false
  const check = async (tools: CheckTools) => {
    try {
      await definition.check({
        ...watch(tools, asked),
        random: createRandom(`${seed} ${entry.id}`),
      })
    } catch (thrown) {
      late = isCheckEnded(thrown) && thrown.excess !== undefined
      throw thrown
    }
  }
  const { outcome, reason } = await runCheck({ entry, definition: { ...definition, check } }, session)
  return { outcome, ...(reason !== undefined && { reason }), asked, late }
}

/** Counts what a check asks for. */
function watch(tools: CheckTools, asked: Asked): CheckTools {
  const { service, sampled } = tools
  const note = (request: GenerationRequest): GenerationRequest => {
    asked.draws += 1
    if ((request.temperature ?? 0) > 0) asked.warm += 1
    return request
  }
  return {
    ...tools,
    sampled(n, needed) {
      asked.sampled = true
      return sampled(n, needed)
    },
    service: {
      ...service,
      generate: (request, own) => service.generate(note(request), own),
      stream: (request, own) => service.stream(note(request), own),
      answer: (request, own) => service.answer(note(request), own),
    },
  }
}
