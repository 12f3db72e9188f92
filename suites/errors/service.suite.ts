import {
  bodyOf,
  contextTokens,
  type Generation,
  inParallel,
  isRefusal,
  onRoute,
  PROBE,
  probe,
  promise,
  quote,
  type Reply,
  routesOf,
  type Service,
  tooLongPrompt,
  verifyInTime,
} from '#infergate'
import {
  BAD_PATTERNS,
  BAD_SCHEMAS,
  BROKEN_JSON,
  generating,
  type Hostile,
  isOfTheEdge,
  NO_PROMPT,
  OBJECT_AS_PROMPT,
  onlyVllm,
  refuses,
  statusOf,
  survives,
  withConstraint,
} from './hostile.ts'

/** Words of a body of 4 MB. */
const LARGE_WORDS = 800_000

promise('errors.slow-template', {
  says: 'a chat template in the request is refused, or costs at most seconds',
  needs: ['chat'],
  alone: 'hurts',
  check(tools) {
    onlyVllm(tools, 'a template in the request')
    const wire = {
      chat_template: '{% for i in range(9999999) %}{% for j in range(9999999) %}{% endfor %}{% endfor %}',
    }
    return survives(
      tools,
      ['a template that never ends', ({ generate }, route) => generate({ ...PROBE, route, wire })],
      ['chat'],
    )
  },
})

promise('errors.dev-routes-closed', {
  says: 'the routes of development mode are not there',
  needs: ['error-status'],
  async check(tools) {
    onlyVllm(tools, 'the routes of its development mode')
    const { service, verify, sampled } = tools
    for (const path of DEV_ROUTES) {
      const reply = await service.send({ path })
      const open = !isOfTheEdge(reply) && (reply.outcome === 'completed' || statusOf(reply) === 405)
      verify(
        !open,
        `GET ${path} is HTTP ${statusOf(reply)}: anybody who reaches the service can use it`,
        reply,
      )
    }
    sampled(DEV_ROUTES.length)
  },
})

promise('errors.large-body', {
  says: 'a body of 4 MB is refused while health keeps answering',
  needs: ['request-validation', 'health'],
  alone: 'wedges',
  async check(tools) {
    const { service, verify, notApplicable } = tools
    const context = await contextTokens(service)
    if (context === undefined && service.profile.engine === 'unknown')
      notApplicable('the service does not say how long its context is')
    if ((context ?? 0) > LARGE_WORDS / 2) notApplicable('its context may hold 4 MB of prompt')
    let waiting = true
    const refusal = refuses(tools, { '4 MB of prompt': generating({}, 'word '.repeat(LARGE_WORDS)) }).finally(
      () => {
        waiting = false
      },
    )
    // Its outcome is awaited below; until then a failure must not count as unhandled.
    refusal.catch(() => {})
    while (waiting) {
      const { ok, tookMs, reply } = await service.health()
      verify(ok, 'health fails while a large body is read', reply)
      const took = { tookMs, limitMs: 2_000 }
      verifyInTime(took, `health took ${Math.round(tookMs)} ms while a large body was read`, reply)
    }
    await refusal
  },
})

promise('errors.says-why', {
  says: 'a refusal carries a message that says why',
  alone: 'hurts',
  async check({ service, verify, sampled, inconclusive, notApplicable }) {
    const refused = (await sendAll(service)).filter(({ answer }) => isRefusal(answer))
    if (refused.length === 0) inconclusive('nothing was refused')
    const own = refused.filter(({ answer }) => !isOfTheEdge(answer))
    if (own.length === 0) notApplicable('each refusal is a page of what stands before the service')
    for (const { name, answer } of own)
      verify(
        answer.outcome === 'completed' || (answer.error?.message ?? '').trim() !== '',
        `${name}: the refusal says nothing: ${quote(bodyOf(answer))}`,
        answer,
      )
    sampled(own.length)
  },
})

promise('errors.no-traceback', {
  says: 'no error shows the inside of the service: no traceback, no source file',
  alone: 'hurts',
  async check({ service, verify, sampled }) {
    const answers = await sendAll(service)
    sampled(answers.length)
    for (const { name, answer } of answers) {
      const leak = TRACEBACK.exec(
        `${bodyOf(answer)}\n${answer.outcome === 'failed' ? answer.message : ''}`,
      )?.[0]
      verify(leak === undefined, `${name}: the answer holds ${quote(leak ?? '')}`, answer)
    }
  },
})

promise('errors.lives-on', {
  says: 'after each hostile request the next good one is answered',
  alone: 'hurts',
  async check({ service, sampled }) {
    const all = await hostileRequests(service)
    await inParallel(all.length, 4, async (index) => {
      await all[index]?.send()
      await probe(service)
    })
    sampled(all.length)
  },
})

type Named<T> = T & { readonly name: string }

/** One of each kind on each route, for promises about every error. */
async function hostileRequests(
  service: Service,
): Promise<Named<{ readonly send: () => Promise<Generation | Reply> }>[]> {
  const has = (capability: 'json-schema' | 'regex') => service.profile.capabilities.includes(capability)
  // Where the context is unknown such a prompt could wedge the service: errors.too-long-prompt asks, last of all.
  const tooLong = await tooLongPrompt(service)
  return routesOf(service).flatMap((route) => {
    const requests: Record<string, Hostile> = {
      'broken JSON': BROKEN_JSON,
      'no prompt': NO_PROMPT,
      'an object as prompt': OBJECT_AS_PROMPT,
      'temperature -1': generating({ temperature: -1 }),
      ...(tooLong !== undefined && { 'a prompt beyond the context': generating({}, tooLong) }),
      ...(has('json-schema') && Object.fromEntries(BAD_SCHEMAS.map(withConstraint))),
      ...(has('regex') && Object.fromEntries(BAD_PATTERNS.map(withConstraint))),
    }
    return Object.entries(requests).map(([name, send]) => ({
      name: onRoute(service, name, route),
      send: () => send(service, route),
    }))
  })
}

async function sendAll(service: Service): Promise<Named<{ readonly answer: Generation | Reply }>[]> {
  const answers = []
  for (const { name, send } of await hostileRequests(service)) answers.push({ name, answer: await send() })
  return answers
}

/** vLLM has them only with VLLM_SERVER_DEV_MODE=1; 405 says that the route exists for another method. */
const DEV_ROUTES = [
  '/is_sleeping',
  '/server_info',
  '/collective_rpc',
  '/reset_prefix_cache',
  '/sleep',
  '/wake_up',
]

/** Python's, and the frames of Node, Rust, Go and Java; names of source files; where an object lies in memory. */
const TRACEBACK = new RegExp(
  [
    /Traceback \(most recent call last\)|File \\?"[^"]+", line \d+|\bsite-packages\b|\/\S+\.py\b/,
    /\bat [^\n"]{1,120}\.[cm]?[jt]s:\d+:\d+/,
    /panicked at |\b\d+: \w+(?:::\w+){2,}|stack backtrace:/,
    /goroutine \d+ \[|\.go:\d+/,
    /\bat [\w.$]+\(\w+\.(?:java|scala|kt):\d+\)/,
    / object at 0x[0-9a-f]{6,}/,
  ]
    .map(({ source }) => source)
    .join('|'),
)
