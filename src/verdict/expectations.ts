import type { Capability, Comparison, Route, Run } from '../records/index.ts'

/**
 * What was expected of the service, held against what it was found to have; nothing where nothing was expected or nobody
 * looked. A benchmark checks no promise, and this is one.
 */
export function judgeExpectations({ command, expects, profile }: Run): readonly Comparison[] {
  if (command === 'bench' || !expects || !profile) return []
  const { routes = [], capabilities = [] } = expects
  return [
    ...(routes.length > 0 ? [expectedRoutes(routes, profile)] : []),
    // A route that is missing is said once, as a route.
    ...(capabilities.length > 0
      ? [expectedCapabilities(without(capabilities, routes.includes('chat')), profile)]
      : []),
  ]
}

type Profile = NonNullable<Run['profile']>

function expectedRoutes(routes: readonly Route[], profile: Profile): Comparison {
  const missing = routes.flatMap((route) => {
    const why = whyRouteAbsent(route, profile)
    return why === undefined ? [] : [`the ${route} route is missing: ${why}`]
  })
  const base = { id: 'expected-routes', says: 'the service has the routes that are expected of it' }
  if (missing.length === 0) return { ...base, outcome: 'passed', reason: `the service has ${listed(routes)}` }
  const others = (['chat', 'completions'] as const).filter(
    (route) => whyRouteAbsent(route, profile) === undefined,
  )
  const next = `if the service is meant to be so, set ${inTarget('routes', others)}`
  return { ...base, outcome: 'failed', reason: `${missing.join('; ')} (${next})` }
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
