import { type Client, createClient, createProbe, Traffic } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { ServiceAddress, ServiceProfile } from '../records/index.ts'
import type { Plan } from '../run/index.ts'
import { addressOfUrl, startTarget } from '../targets/index.ts'
import { type WatchedService, watchedService } from '../watch/index.ts'

/** A target of its own is started for the watch; a service that runs is left as it is, and not waited for. */
export async function openTarget(
  { spec, start }: Plan,
  clock: Clock,
  signal: AbortSignal,
  status: (text: string) => void,
): Promise<AsyncDisposable & { readonly address: ServiceAddress }> {
  if (spec.kind === 'url') return { address: addressOfUrl(spec), [Symbol.asyncDispose]: async () => {} }
  const target = await startTarget(spec, {
    ...{ index: 0, clock, signal, runId: start.runId, onPhase: status },
    probe: createProbe({ timeoutMs: spec.readyTimeoutMs, clock }),
  })
  return { address: target.address, [Symbol.asyncDispose]: () => target.stop() }
}

/** A service whose way of being reached may change while it is watched: another key, another certificate. */
export class ChangingService implements WatchedService, AsyncDisposable {
  readonly #clock: Clock
  #client: Client | undefined
  #service: WatchedService | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws `HarnessError` where it cannot be reached so; then the old way stays. */
  async reach(
    address: ServiceAddress,
    { spec }: Pick<Plan, 'spec'>,
    profile?: ServiceProfile,
  ): Promise<void> {
    const clock = this.#clock
    const client = await createClient(address, { clock, traffic: new Traffic(clock, spec) })
    const before = this.#client
    this.#client = client
    this.#service = watchedService(client, { spec, clock, ...(profile && { profile }) })
    // What is in flight on the old one has its time to come back.
    if (before) void clock.sleep(OLD_CLIENT_MS).then(() => before.close())
  }

  redact(text: string): string {
    return this.#client?.redact(text) ?? text
  }

  generate(...asked: Parameters<WatchedService['generate']>): ReturnType<WatchedService['generate']> {
    return this.#known().generate(...asked)
  }

  health(signal: AbortSignal): ReturnType<WatchedService['health']> {
    return this.#known().health(signal)
  }

  counters(signal: AbortSignal): ReturnType<WatchedService['counters']> {
    return this.#known().counters(signal)
  }

  look(signal: AbortSignal): ReturnType<WatchedService['look']> {
    return this.#known().look(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.close()
  }

  #known(): WatchedService {
    if (!this.#service) throw new Error('nobody has said how the service is reached')
    return this.#service
  }
}

const OLD_CLIENT_MS = 1_000
