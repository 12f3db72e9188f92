import { generateAnanke } from './ananke/generate.ts'
import type { Asked } from './hooks.ts'
import { empty, json, type Reply, type Stream, text } from './http.ts'
import { generate } from './openai/generate.ts'
import { findResponse, respond } from './openai/responses.ts'
import { detokenize, tokenize } from './openai/tokenize.ts'
import type { Simulator } from './simulator.ts'

/** What this look-alike stands in for; `/version` says so, as the real server does. */
const VERSION = '0.32.0'

type Handle = (sim: Simulator, asked: Asked) => Reply | Stream | Promise<Reply | Stream>

/** One path: its handler by method. `reads` says that a JSON body is parsed first. */
export type Route = Partial<Readonly<Record<'GET' | 'POST', Handle>>>

const ROUTES: Readonly<Record<string, Route>> = {
  '/health': { GET: (sim) => (sim.dialect === 'ananke' ? anankeHealth(sim) : health(sim)) },
  '/ping': { GET: (sim) => health(sim), POST: (sim) => health(sim) },
  '/version': { GET: () => json(200, { version: VERSION }) },
  '/load': { GET: () => json(200, { server_load: 0 }) },
  '/metrics': { GET: (sim) => text(200, sim.metrics.expose(), 'text/plain; version=1.0.0; charset=utf-8') },
  '/tokenize': { POST: tokenize },
  '/detokenize': { POST: detokenize },
  '/v1/models': { GET: models },
  '/v1/completions': { POST: (sim, asked) => generate(sim, 'completions', asked) },
  '/v1/chat/completions': { POST: (sim, asked) => generate(sim, 'chat', asked) },
  '/v1/responses': { POST: respond },
  '/v1/responses/{response_id}': { GET: findResponse },
  '/v1/responses/{response_id}/cancel': { POST: findResponse },
  '/generate_api': { POST: generateAnanke },
}

/** The route of a path; a part of the path may be an id. */
export const routeOf = (path: string): Route | undefined =>
  ROUTES[path] ?? ROUTES[path.replace(/^(\/v1\/responses)\/[^/]+/, '$1/{response_id}')]

/** Whether a JSON body belongs to a request. */
export const readsBody = (path: string, method: string): boolean =>
  method === 'POST' && path !== '/ping' && !path.endsWith('/cancel')

const health = (sim: Simulator): Reply => empty(sim.engine.dead ? 503 : 200)

function anankeHealth(sim: Simulator): Reply {
  const status = sim.engine.dead ? 'unhealthy' : 'healthy'
  return json(sim.engine.dead ? 503 : 200, { status, service: 'ananke-inference', version: '1.0.0' })
}

function models(sim: Simulator): Reply {
  const { model, maxModelLen } = sim.facts
  const created = Math.floor(sim.clock.now().getTime() / 1000)
  const card = { id: model, object: 'model', created, owned_by: 'vllm', root: model, parent: null }
  const permission = [{ id: `modelperm-${model}`, object: 'model_permission', created, ...PERMISSIONS }]
  return json(200, { object: 'list', data: [{ ...card, max_model_len: maxModelLen, permission }] })
}

const PERMISSIONS = {
  allow_create_engine: false,
  allow_sampling: true,
  allow_logprobs: true,
  allow_search_indices: false,
  allow_view: true,
  allow_fine_tuning: false,
  organization: '*',
  group: null,
  is_blocking: false,
}
