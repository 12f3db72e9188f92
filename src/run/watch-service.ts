import { type CountersReading, countersOver, levelsAt, readCounters } from '../client/index.ts'
import type { ProcessUse, ServiceReading, ServiceUse, TargetUse } from '../records/index.ts'
import type { RunningService } from './running-service.ts'

/** Often enough to see a queue, seldom enough to be no load of its own. */
const EVERY_MS = 1_000
/** Of a long load: later readings come less often. */
const MOST_READINGS = 600
const TIMEOUT_MS = 2_000

/** Looks at a service from inside while a load is sent. */
export type ServiceWatch = Disposable & {
  /** Ends it, and says what was seen. */
  read(): Promise<ServiceUse>
}

type Watched = Pick<RunningService, 'client' | 'target' | 'profile' | 'plan' | 'world' | 'clock'>

/** Begins before the load: what it reads first is what the service was before. */
export async function watchService(service: Watched): Promise<ServiceWatch> {
  const { target, plan } = service
  const { clock } = plan
  const noCounters = whyNoCounters(service)
  const readings: CountersReading[] = []
  const series: ServiceReading[] = []
  const uses: ProcessUse[] = []
  const look = async (isWhole: boolean) => {
    const use = target.use?.()
    if (use) uses.push(use)
    const reading = noCounters === undefined ? await countersOf(service, isWhole) : undefined
    if (!reading) return
    readings.push(reading)
    // When it was read, not when it was asked for: a service under load takes its time to answer.
    series.push({ atMs: service.clock.atMs(), ...levelsAt(reading) })
  }
  const startMs = clock.monotonicMs()
  await look(true)
  const stop = new AbortController()
  const looking = lookOften(service, look, stop.signal)
  return {
    [Symbol.dispose]: () => stop.abort(),
    async read() {
      stop.abort()
      await looking
      await look(true)
      const counters = countersOver(readings)
      const over = targetUse(uses, clock.monotonicMs() - startMs)
      return {
        ...(counters
          ? { counters, series }
          : { noCounters: noCounters ?? 'its counters are none that infergate knows' }),
        ...(over && { target: over }),
      }
    },
  }
}

async function lookOften(
  { plan, world }: Watched,
  look: (isWhole: boolean) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([stop, world.signal])
  for (let n = 1; !signal.aborted; n++) {
    await plan.clock.sleep(EVERY_MS * Math.ceil(n / MOST_READINGS), signal).catch(() => {})
    if (!signal.aborted) await look(false)
  }
}

function whyNoCounters({ client, profile }: Watched): string | undefined {
  if (!client.has('metrics')) return 'the dialect has no route for them'
  if (!profile.capabilities.includes('metrics')) return profile.missing.metrics ?? 'the service has none'
  if (profile.shared !== undefined) return `they are not this run's alone: ${profile.shared}`
  return undefined
}

async function countersOf(
  { client, world }: Watched,
  isWhole: boolean,
): Promise<CountersReading | undefined> {
  const options = { timeoutMs: TIMEOUT_MS, once: true, signal: world.signal }
  const reply = await client.call('metrics', options)
  return reply.outcome === 'completed' ? readCounters(reply.text, isWhole) : undefined
}

function targetUse(uses: readonly ProcessUse[], overMs: number): TargetUse | undefined {
  const [before, ...during] = uses
  const last = uses.at(-1)
  if (!before || !last || during.length === 0) return undefined
  const sizes = during.map(({ rssBytes }) => rssBytes)
  return {
    rssBytes: {
      before: before.rssBytes,
      mean: Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length),
      most: Math.max(...sizes),
    },
    ...{ cpuMs: Math.max(0, last.cpuMs - before.cpuMs), overMs, processes: last.processes },
  }
}
