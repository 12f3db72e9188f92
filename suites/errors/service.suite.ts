import {
  bodyOf,
  contextTokens,
  type Generation,
  inParallel,
  isRefusal,
  PROBE,
  probe,
  promise,
  quote,
  type Reply,
  type Service,
  tooLongPrompt,
} from '#infergate'
import {
  BAD_PATTERNS,
  BAD_SCHEMAS,
  generating,
  type Hostile,
  onlyVllm,
  refuses,
  sendBody,
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
    return survives(tools, [
      'a template that never ends',
      ({ generate }) => generate({ ...PROBE, route: 'chat', wire }),
    ])
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
      const open = reply.outcome === 'completed' || statusOf(reply) === 405
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
  alone: 'hurts',
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
      verify(tookMs <= 2_000, `health took ${Math.round(tookMs)} ms while a large body was read`, reply)
    }
    await refusal
  },
})

promise('errors.says-why', {
  says: 'a refusal carries a message that says why',
  alone: 'hurts',
  async check({ service, verify, sampled, inconclusive }) {
    let refusals = 0
    for (const { name, answer } of await sendAll(service)) {
      if (!isRefusal(answer) || answer.outcome === 'completed') continue
      refusals += 1
      verify(
        (answer.error?.message ?? '').trim() !== '',
        `${name}: the refusal says nothing: ${quote(bodyOf(answer))}`,
        answer,
      )
    }
    if (refusals === 0) inconclusive('nothing was refused')
    sampled(refusals)
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
    const all = Object.values(await hostileRequests(service))
    await inParallel(all.length, 4, async (index) => {
      await all[index]?.(service)
      await probe(service)
    })
    sampled(all.length)
  },
})

/** One of each kind, for promises about every error. */
async function hostileRequests(service: Service): Promise<Record<string, Hostile>> {
  const has = (capability: 'json-schema' | 'regex') => service.profile.capabilities.includes(capability)
  return {
    'broken JSON': sendBody('{"prompt": '),
    'no prompt': generating({ prompt: undefined, messages: undefined }),
    'an object as prompt': generating({ prompt: { text: 'Say hello.' } }),
    'temperature -1': generating({ temperature: -1 }),
    'a prompt beyond the context': generating({}, await tooLongPrompt(service)),
    ...(has('json-schema') && Object.fromEntries(BAD_SCHEMAS.map(withConstraint))),
    ...(has('regex') && Object.fromEntries(BAD_PATTERNS.map(withConstraint))),
  }
}

async function sendAll(service: Service): Promise<{ name: string; answer: Generation | Reply }[]> {
  const answers = []
  for (const [name, send] of Object.entries(await hostileRequests(service)))
    answers.push({ name, answer: await send(service) })
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

const TRACEBACK = /Traceback \(most recent call last\)|File "[^"]+", line \d+|\bsite-packages\b|\/\S+\.py\b/
