import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { Engine } from './engine.ts'
import { findFaults } from './faults/catalogue.ts'
import type { FaultyServer } from './faults/fault.ts'
import { composeHooks, delayedHooks } from './hooks.ts'
import { Metrics } from './metrics.ts'
import { tokenizer } from './model.ts'
import { drawMs, PROFILES, type Profile, type ProfileName } from './profiles.ts'
import { createApi } from './server.ts'
import type { SimulatorDialect } from './simulator.ts'
import { Slots } from './slots.ts'
import { tokenSource } from './token-source.ts'

export type SimulatorOptions = {
  readonly dialect?: SimulatorDialect
  /** A named profile, or numbers of one's own. */
  readonly profile?: ProfileName | Profile
  readonly seed?: number
  /** 0 or absent: a free port is chosen. */
  readonly port?: number
  readonly host?: string
  readonly model?: string
  readonly faults?: readonly string[]
  /** Milliseconds after it listens at which its faults begin; absent: they are there from the start. */
  readonly faultAfterMs?: number
  /** In place of the profile's. */
  readonly maxModelLen?: number
  readonly maxNumSeqs?: number
  readonly maxQueued?: number
  /** Guards the /v1 routes. */
  readonly apiKey?: string
  readonly clock?: Clock
}

export interface RunningSimulator extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Aborts once nothing listens any more: it was closed, or its engine died. */
  readonly ended: AbortSignal
  close(): Promise<void>
}

/** As measured on vLLM 0.32: the API process follows its dead engine after 0.7 s under load. */
const API_OUTLIVES_ENGINE_MS = 700

export const DEFAULT_MODEL = 'infergate-simulated'

/** Loads, then listens: as with vLLM the port is refused until the model is there. Resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { dialect = 'openai', seed = 1, port = 0, host = '127.0.0.1', clock = systemClock } = options
  const { profile: chosen = 'default' } = options
  const profile = sized(typeof chosen === 'string' ? PROFILES[chosen] : chosen, options)
  const random = createRandom(seed)
  const slots = new Slots(profile.maxNumSeqs, profile.maxQueued)
  const model = options.model ?? DEFAULT_MODEL
  const metrics = new Metrics(model, clock.now(), slots)
  const faulty: FaultyServer = {
    dialect,
    profile,
    clock,
    random,
    model,
    inFlight: () => slots.running + slots.waiting,
    killEngine: () => engine.kill(),
    freezeQueue: () => slots.freeze(),
  }
  const armed = findFaults(options.faults ?? [], dialect).map((fault) => fault.arm(faulty))
  const { faultAfterMs } = options
  let faultsFromMs = Number.POSITIVE_INFINITY
  const isOn = () => clock.monotonicMs() >= faultsFromMs
  const hooks = composeHooks(faultAfterMs === undefined ? armed : armed.map((one) => delayedHooks(one, isOn)))
  const engine = new Engine({
    profile,
    clock,
    random,
    hooks,
    metrics,
    slots,
    source: tokenSource,
    onDeath: () => void clock.sleep(API_OUTLIVES_ENGINE_MS).then(close),
  })
  const facts = { model, maxModelLen: profile.maxModelLen, tokenizer }
  const key = options.apiKey === undefined ? {} : { apiKey: options.apiKey }
  const server = createApi({ dialect, facts, engine, slots, metrics, hooks, clock, random, ...key })

  await clock.sleep(hooks.load({ portMs: drawMs(random, profile.loadMs) }).portMs)
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw new HarnessError(
      'port-taken',
      `The simulator cannot listen on ${host}:${port}: choose another port, or stop what holds it.`,
      { cause },
    )
  })
  faultsFromMs = clock.monotonicMs() + (faultAfterMs ?? 0)
  const over = new AbortController()
  server.once('close', () => over.abort())
  const bound = (server.address() as AddressInfo).port
  const close = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const url = `http://${host}:${bound}`
  return { url, port: bound, ended: over.signal, close, [Symbol.asyncDispose]: close }
}

const sized = (profile: Profile, options: SimulatorOptions): Profile => ({
  ...profile,
  maxModelLen: options.maxModelLen ?? profile.maxModelLen,
  maxNumSeqs: options.maxNumSeqs ?? profile.maxNumSeqs,
  maxQueued: options.maxQueued ?? profile.maxQueued,
})
