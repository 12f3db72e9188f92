import { once } from 'node:events'
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../../clock.ts'
import { HarnessError } from '../../errors.ts'
import { readBody } from '../http.ts'
import type { SimulatorOptions } from '../start.ts'
import type { EdgeFaultId } from './edge-fault.ts'
import { Replica } from './replica.ts'

/** What an edge does with a request while nobody is there to answer it. */
export const EDGE_MODES = ['holds', 'refuses', 'redirects'] as const
export type EdgeMode = (typeof EDGE_MODES)[number]

export type EdgeOptions = {
  /** Idle for so long, the service is stopped. */
  readonly sleepAfterMs: number
  readonly bootMs?: number
  readonly mode?: EdgeMode
  /** Of `redirects`: a request that takes longer is answered with a 303 to where its result will be. Modal's is 150 s. */
  readonly capMs?: number
  /** Health is another function: it answers always, and wakes nobody. */
  readonly healthApart?: boolean
  readonly faults?: readonly EdgeFaultId[]
  readonly simulator?: SimulatorOptions
  readonly port?: number
  readonly host?: string
  readonly clock?: Clock
}

export interface RunningEdge extends AsyncDisposable {
  readonly url: string
  /** How often the service behind it was started. */
  boots(): number
  /** Stops the service now, as the end of its window does. */
  sleep(): Promise<void>
}

export const MODAL_CAP_MS = 150_000
/** Where the result of a call will be: a query parameter, as at Modal. */
const CALL = 'edge_call'

/** An edge with a service behind it that sleeps until somebody asks, as a platform that scales to zero has one. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  const { port = 0, host = '127.0.0.1' } = options
  const edge = new Edge(options)
  const server = createServer((request, response) => {
    edge.serve(request, response).catch(() => response.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw new HarnessError(
      'port-taken',
      `The edge cannot listen on ${host}:${port}: choose another port, or stop what holds it.`,
      { cause },
    )
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    boots: () => edge.replica.boots,
    sleep: () => edge.replica.stop(),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await edge.replica[Symbol.asyncDispose]()
    },
  }
}

class Edge {
  readonly replica: Replica
  readonly #options: EdgeOptions
  readonly #clock: Clock
  readonly #calls = new Map<string, Promise<IncomingMessage>>()
  #lastCall = 0

  constructor(options: EdgeOptions) {
    const { sleepAfterMs, bootMs = 0, faults = [], simulator = {}, clock = systemClock } = options
    this.#options = options
    this.#clock = clock
    this.replica = new Replica({ sleepAfterMs, bootMs, faults, simulator: { ...simulator, clock }, clock })
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://edge')
    const { healthApart, mode } = this.#options
    if (healthApart && url.pathname === '/health') return this.#health(response)
    const call = url.searchParams.get(CALL)
    this.replica.enter()
    response.once('close', () => this.replica.leave())
    if (call !== null) return this.#relay(call, url, response)
    const body = await readBody(request)
    if (mode === 'refuses' && !this.replica.isAwake) {
      this.replica.wake().catch(() => {})
      return refuse(response)
    }
    const id = String(++this.#lastCall)
    const answer = this.#ask(request, body)
    // Told of when it is asked for; between two redirects nobody asks.
    answer.catch(() => {})
    this.#calls.set(id, answer)
    return this.#relay(id, url, response)
  }

  #health(response: ServerResponse): void {
    const isAnanke = this.#options.simulator?.dialect === 'ananke'
    response.setHeader('content-type', 'application/json')
    response.end(isAnanke ? '{"status":"healthy","service":"ananke-inference","version":"1.0.0"}' : '')
  }

  /** The answer to a call, or after the cap a redirect to where it will be. */
  async #relay(id: string, url: URL, response: ServerResponse): Promise<void> {
    const asked = this.#calls.get(id)
    if (!asked) {
      response.writeHead(404).end()
      return
    }
    const { mode, capMs = MODAL_CAP_MS } = this.#options
    const left = new AbortController()
    const cap = mode === 'redirects' ? this.#clock.sleep(capMs, left.signal).catch(() => {}) : undefined
    const answer = await (cap ? Promise.race([asked, cap]) : asked)
    left.abort()
    if (!answer) {
      response.writeHead(303, { location: `${url.pathname}?${CALL}=${id}` }).end()
      return
    }
    this.#calls.delete(id)
    await this.#pass(answer, response)
  }

  async #pass(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const { replica } = this
    const isFirst = replica.isFresh
    if (isFirst && replica.has('wake-answers-error')) {
      answer.resume()
      await once(answer, 'end')
      spoil(response, this.#options.simulator?.dialect === 'ananke')
    } else if (response.destroyed) answer.destroy()
    else {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      response.once('close', () => answer.destroy())
      await once(response, 'close')
    }
    await replica.answered()
  }

  /** Asks the service, which is woken where it sleeps. */
  async #ask(request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const base = await this.replica.wake()
    if (this.replica.isFresh && this.replica.has('wake-loses-request')) {
      await this.replica.answered()
      throw new Error('the request that woke it is lost')
    }
    const { method = 'GET', headers, url = '/' } = request
    const onward = open(new URL(url, base), { method, headers })
    onward.end(body)
    const [answer] = (await once(onward, 'response')) as [IncomingMessage]
    return answer
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' })
  response.end('no replica is up; one is being started')
}

/** The origin story's answer: HTTP 200 over an exception; of a server of OpenAI's kind a 500. */
function spoil(response: ServerResponse, isAnanke: boolean): void {
  const message = "'AnankeLLM' object has no attribute 'llm'"
  response.writeHead(isAnanke ? 200 : 500, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify(
      isAnanke
        ? {
            ...{ generated_text: '', tokens_generated: 0, generation_time_ms: 0 },
            ...{ constraint_satisfied: false, model_name: 'infergate-simulated', finish_reason: 'error' },
            metadata: { error: message, error_type: 'AttributeError' },
          }
        : { error: { message, type: 'InternalServerError', param: null, code: 500 } },
    ),
  )
}
