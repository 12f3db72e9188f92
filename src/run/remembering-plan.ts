import type { Accepted } from '../records/index.ts'
import type { Plan } from './plan.ts'

/**
 * The same plan, which expects what the last accepted run had as well, except for what the target's user speaks about himself:
 * his word replaces the memory.
 */
export function rememberingPlan(plan: Plan, accepted: Accepted | undefined): Plan {
  if (!accepted) return plan
  const { expects } = plan.spec
  const isChatSaid = plan.start.expects?.routes?.includes('chat') ?? false
  const capabilities = expects?.capabilities
    ? []
    : // The routes speak for chat, whether they have it or not.
      accepted.capabilities.filter((one) => one !== 'chat' || !(isChatSaid || expects?.routes))
  const routes = expects?.routes ? [] : accepted.routes
  const remembering = { ...plan, acceptedBefore: true }
  if (capabilities.length + routes.length === 0) return remembering
  return {
    ...remembering,
    start: {
      ...plan.start,
      expects: { ...plan.start.expects, accepted: { ...accepted, capabilities, routes } },
    },
  }
}
