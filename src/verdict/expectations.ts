import type { Accepted, Capability, Comparison, Expectation, Route, Run } from '../records/index.ts'

const UNSEEN: Comparison = {
  id: 'expected-routes',
  says: 'the service has what is expected of it',
  outcome: 'inconclusive',
  reason: 'the service was not asked what it has',
}

/**
 * What was expected of the service, held against what it was found to have; nothing where nothing was
 * expected. A benchmark checks no promise, and this is one.
 */
export function judgeExpectations({ command, state, expects, profile }: Run): readonly Comparison[] {
  if (command === 'bench' || !expects) return []
  // A run that was cut before its look says so itself.
  if (!profile) return state === 'complete' ? [UNSEEN] : []
  const { routes = [], capabilities = [] } = expects
  return [
    ...(routes.length > 0 ? [expectedRoutes(expects, profile)] : []),
    // A route that is missing is said once, as a route.
    ...(capabilities.length > 0
      ? [expectedCapabilities(without(capabilities, routes.includes('chat')), profile)]
      : []),
    ...(expects.accepted ? [acceptedBefore(expects.accepted, routes, profile)] : []),
  ]
}

type Profile = NonNullable<Run['profile']>

function expectedRoutes({ routes = [], accepted }: Expectation, profile: Profile): Comparison {
  const missing = routes.flatMap((route) => {
    const why = whyRouteAbsent(route, profile)
    return why === undefined ? [] : [`the ${route} route is missing: ${why}`]
  })
  const base = { id: 'expected-routes', says: 'the service has the routes that are expected of it' }
  if (missing.length === 0) return { ...base, outcome: 'passed', reason: `the service has ${listed(routes)}` }
  const had = accepted?.routes.some((route) => routes.includes(route))
    ? `; the last accepted run, ${accepted.runId}, had it`
    : ''
  const next = ifMeant(inTarget('routes', presentRoutes(profile)))
  return { ...base, outcome: 'failed', reason: `${missing.join('; ')}${had} (${next})` }
}

function expectedCapabilities(expected: readonly Capability[], profile: Profile): Comparison {
  const base = {
    id: 'expected-capabilities',
    says: 'the service has the capabilities that are expected of it',
  }
  const missing = expected.filter((capability) => !profile.capabilities.includes(capability))
  return missing.length === 0
    ? { ...base, outcome: 'passed', reason: `the service has ${listed(expected)}` }
    : { ...base, outcome: 'failed', reason: `missing: ${withReasons(missing, profile)}` }
}

/** What the last accepted run had, except for routes that are expected anyhow: those are judged already. */
function acceptedBefore(accepted: Accepted, expected: readonly Route[], profile: Profile): Comparison {
  const base = { id: 'accepted-before', says: 'the service has what it had in its last accepted run' }
  const { runId, startedAt, capabilities } = accepted
  const run = `the last accepted run, ${runId} of ${startedAt.slice(0, 10)}`
  const routes = accepted.routes.filter((route) => !expected.includes(route))
  const lostRoutes = routes.filter((route) => whyRouteAbsent(route, profile) !== undefined)
  const lost = capabilities.filter((capability) => !profile.capabilities.includes(capability))
  if (lost.length === 0 && lostRoutes.length === 0)
    return { ...base, outcome: 'passed', reason: `nothing is missing that ${run}, had` }
  const missing = [
    ...lostRoutes.map((route) => `the ${route} route (${whyRouteAbsent(route, profile)})`),
    ...(lost.length > 0 ? [withReasons(lost, profile)] : []),
  ]
  const next = [
    ...(lostRoutes.length > 0 ? [inTarget('routes', presentRoutes(profile))] : []),
    ...(lost.length > 0 ? [inTarget('capabilities', profile.capabilities)] : []),
  ]
  return {
    ...base,
    outcome: 'failed',
    reason: `missing since ${run}: ${missing.join(', ')} (${ifMeant(next.join(' and '))})`,
  }
}

const presentRoutes = (profile: Profile): readonly Route[] =>
  (['chat', 'completions'] as const).filter((route) => whyRouteAbsent(route, profile) === undefined)

const ifMeant = (setting: string): string => `if the service is meant to be so, set ${setting}`

/** `chat` is a capability too. */
const whyRouteAbsent = (route: Route, { absentRoutes, missing }: Profile): string | undefined =>
  absentRoutes?.[route] ?? (route === 'chat' ? missing.chat : undefined)

/** Each missing capability with its reason, those that share one together. */
function withReasons(missing: readonly Capability[], profile: Profile): string {
  const why = (capability: Capability) => profile.missing[capability] ?? 'the dialect has no such capability'
  return [...Map.groupBy(missing, why)].map(([reason, same]) => `${listed(same)} (${reason})`).join(', ')
}

const without = (capabilities: readonly Capability[], chatIsRoute: boolean): readonly Capability[] =>
  chatIsRoute ? capabilities.filter((capability) => capability !== 'chat') : capabilities

const listed = (words: readonly string[]): string => words.join(', ')

const inTarget = (key: string, words: readonly string[]): string =>
  `\`expects: { ${key}: [${words.map((word) => `'${word}'`).join(', ')}] }\` in the target`
