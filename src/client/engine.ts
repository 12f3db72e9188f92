import type { Operation, Reply, ServiceProfile } from '../records/index.ts'

/** `isSure`: what says so comes from the engine alone; a refusal may come through a gateway that keeps the engine's fields to itself. */
type FoundEngine = { readonly engine: ServiceProfile['engine']; readonly isSure: boolean }

/**
 * Which engine answers, by its answers: a gateway may have a /version and a /health of its own, yet the model's owner, the
 * counters and the refusals come from the engine behind it.
 */
export function findEngine(
  dialect: string,
  replies: Partial<Readonly<Record<Operation, Reply>>>,
): FoundEngine {
  if (dialect === 'ananke') return { engine: 'ananke', isSure: true }
  const models = JSON.stringify(jsonOf(replies.models) ?? null)
  if (models.includes('"owned_by":"vllm"') || hasVllmMetrics(replies.metrics))
    return { engine: 'vllm', isSure: true }
  // Where the list of models tells another owner, that word counts.
  if (models.includes('"owned_by":')) return { engine: 'unknown', isSure: true }
  const refuses = [replies.generate, replies.chat].some(isVllmRefusal)
  return { engine: refuses ? 'vllm' : 'unknown', isSure: !refuses }
}

export const hasVllmMetrics = (reply: Reply | undefined): boolean =>
  reply?.outcome === 'completed' && /^vllm:/m.test(reply.text)

/** vLLM's refusals name an exception as their type and repeat the status as a number; those of others have words and texts there. */
function isVllmRefusal(reply: Reply | undefined): boolean {
  if (reply?.outcome !== 'failed') return false
  const { type = '', code, param } = reply.error ?? {}
  return /^[A-Z]\w*Error$/.test(type) && code === reply.status && param !== undefined
}

const jsonOf = (reply: Reply | undefined): unknown =>
  reply?.outcome === 'completed' ? reply.json : undefined
