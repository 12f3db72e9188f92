import { createRandom, type Random } from '../../random.ts'
import type { Asked } from './asked.ts'
import { interleave } from './interleave.ts'
import { drawLength, type Lengths } from './lengths.ts'
import type { CountedEntry, PlannedWorkload, PromptPlan } from './plan.ts'
import { shortestOf } from './room.ts'
import { BLOCK_TOKENS, type Synthetic, synthesize, synthesizeBlocks } from './synthetic.ts'
import { wordDrawer } from './word-costs.ts'
import { DEFAULT_OUTPUT } from './workload.ts'

/** A request whose lengths are decided and whose text is not made yet: a process makes those of its own share alone. */
export type Draft = {
  readonly session?: { readonly id: string; readonly turn: number }
  readonly outputTokens: number
  /** What its prompt is asked to have; absent where a file states the prompt. */
  readonly asksTokens?: number
  /** `more`: a correction of the length, where words do not add up. `tokens`: of the whole prompt; absent where that is not known. */
  make(more?: number): { readonly asked: Asked; readonly tokens?: number }
}

type Source<K extends PlannedWorkload['source']['kind']> = Extract<
  PlannedWorkload['source'],
  { readonly kind: K }
>

/** The requests of one workload in order, without end unless it is a trace. `key` tells its chance from that of the others. */
export function draftsOf(workload: PlannedWorkload, plan: PromptPlan, key: string): Iterator<Draft> {
  const { source } = workload
  switch (source.kind) {
    case 'synthetic':
      return syntheticDrafts(workload, source, plan, key)
    case 'file':
      return fileDrafts(workload, source, plan, key)
    case 'trace':
      return traceDrafts(source, plan, key)
  }
}

function* syntheticDrafts(
  { output = DEFAULT_OUTPUT, sharedPrefix, turns, ...workload }: PlannedWorkload,
  { input }: Source<'synthetic'>,
  plan: PromptPlan,
  key: string,
): Generator<Draft> {
  const { costs } = plan
  const draw = wordDrawer(costs)
  const random = createRandom(`${key}:lengths`)
  const route = turns ? 'chat' : plan.route
  const held: Lengths = { ...input, low: Math.max(input.low, shortestOf(costs, route, sharedPrefix)) }
  const name = workload.name ?? 'session'
  const sessions = endless((n) => ({ n, turns: turns ? drawLength(turns, random) : 1 }))
  for (const { session, turn } of interleave(sessions, turns ? plan.sessionsAtOnce : 1)) {
    const asksTokens = drawLength(turn === 0 ? held : input, random)
    const isShared = sharedPrefix !== undefined && random.next() < sharedPrefix.share && turn === 0
    const prefix = isShared && {
      tokens: sharedPrefix.tokens,
      head: costs.fixed.generate,
      seed: `${key}:prefix:${random.integer(1, sharedPrefix.prefixes)}`,
    }
    yield {
      ...(turns && { session: { id: `${name}-${session.n + 1}`, turn } }),
      outputTokens: drawLength(output, random),
      asksTokens,
      make: (more = 0) => {
        // A later turn stands in a template whose tokens are not its own.
        const fixed = turn === 0 ? costs.fixed[route] : costs.fixed.generate
        const form = { tokens: asksTokens + more, fixed, seed: `${key}:${session.n}:${turn}` }
        return made(synthesize(form, draw, prefix || undefined), route, turn === 0)
      },
    }
  }
}

/** The entries in their order, and again from the first one. */
function* fileDrafts(
  { output, turns, ...workload }: PlannedWorkload,
  { entries }: Source<'file'>,
  plan: PromptPlan,
  key: string,
): Generator<Draft> {
  const random = createRandom(`${key}:lengths`)
  const name = workload.name ?? 'session'
  const sessions = endless((n) => {
    const entry = entries[n % entries.length] as CountedEntry
    const most = turns && entry.kind === 'conversation' ? drawLength(turns, random) : 1
    return { n, entry, turns: entry.kind === 'conversation' ? Math.min(most, entry.turns.length) : 1 }
  })
  for (const { session, turn } of interleave(sessions, turns ? plan.sessionsAtOnce : 1)) {
    const { entry, n } = session
    const stated = entry.outputTokens ?? entry.answerTokens?.[turn]
    const outputTokens =
      output || stated === undefined ? drawLength(output ?? DEFAULT_OUTPUT, random) : stated
    yield {
      ...(session.turns > 1 && { session: { id: `${name}-${n + 1}`, turn } }),
      outputTokens,
      make: () => ({
        asked: askedOf(entry, turn, turns ? 'chat' : plan.route),
        ...(turn === 0 && entry.inputTokens !== undefined && { tokens: entry.inputTokens }),
      }),
    }
  }
}

export function askedOf(entry: CountedEntry, turn: number, route: 'generate' | 'chat'): Asked {
  if (entry.kind === 'prompt') return { route, prompt: entry.prompt }
  if (entry.kind === 'conversation') return { route, prompt: entry.turns[turn]?.prompt ?? '' }
  const content = entry.messages.at(-1)?.content
  return {
    route: 'chat',
    prompt: typeof content === 'string' ? content : JSON.stringify(content),
    messages: entry.messages,
  }
}

function* traceDrafts(
  { entries, blockTokens = BLOCK_TOKENS }: Source<'trace'>,
  { costs, route }: PromptPlan,
  key: string,
): Generator<Draft> {
  const fixed = costs.fixed[route]
  const draw = wordDrawer(costs)
  for (const [n, { inputTokens, outputTokens, hashIds: ids = [] }] of entries.entries()) {
    yield {
      outputTokens,
      asksTokens: inputTokens,
      make: (more = 0) => {
        const form = { tokens: inputTokens + more, fixed, seed: `${key}:${n}` }
        const blocks = { ids, blockTokens, head: costs.fixed.generate, blockSeed: `${key}:block` }
        return made(synthesizeBlocks(form, draw, blocks), route, true)
      },
    }
  }
}

const made = ({ prompt, tokens }: Synthetic, route: Asked['route'], isWhole: boolean) => ({
  asked: { route, prompt },
  ...(isWhole && { tokens }),
})

function* endless<T>(item: (n: number) => T): Generator<T> {
  for (let n = 0; ; n++) yield item(n)
}

/** Which of several workloads each request is of: drawn by their weights, so that no pattern of them meets one of the arrivals. */
export function pickWeighted(weights: readonly number[], random: Random): number {
  const drawn = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  let before = 0
  for (const [index, weight] of weights.entries()) {
    before += weight
    if (drawn < before) return index
  }
  return weights.length - 1
}
