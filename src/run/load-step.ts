import {
  ClientWatch,
  type DriveReport,
  type Driving,
  drive,
  driveInThreads,
  judgeClients,
  loadSampleOf,
  mostInFlight,
  type Phases,
  type PlannedLoad,
  phasesOf,
  rehearsedOnce,
} from '../benchmark/index.ts'
import { type LoadClient, openLoadClient } from '../client/index.ts'
import type { LoadEnd, LoadRun, LoadValidity, RunEvent, Sample } from '../records/index.ts'
import { calibrateLoad } from './calibrate-load.ts'
import { LiveLoad } from './live-load.ts'
import type { LoadEnds } from './load-ends.ts'
import type { PreparedLoad } from './load-requests.ts'
import type { RunningService } from './running-service.ts'
import { watchService } from './watch-service.ts'
import type { World } from './world.ts'

/** Slower than this is no answer. */
const LOAD_TIMEOUT_MS = 120_000

/**
 * One load of its own scenario, each answer kept as it arrives. However it ends, `driven` says how and in which time it was steady.
 * Returns why nothing more was sent.
 */
export async function* loadStep(
  service: RunningService,
  prepared: PreparedLoad,
  load: PlannedLoad,
  ends: LoadEnds,
): AsyncGenerator<RunEvent, LoadEnd> {
  const { world, clock } = service
  const { planned } = prepared
  const isOpen = planned.requests !== undefined
  world.progress.phase(`load: ${planned.says}`, planned.requests)
  if (!isOpen) warnOfCrowd(load, planned.maxInFlight, world)
  yield { kind: 'scheduled', atMs: clock.atMs(), planned }
  world.journal.sync()
  using counters = await watchService(service)
  const startedAtMs = clock.atMs()
  const { report, samples, phases, validity } = yield* sendLoad(service, prepared, load, ends)
  const use = await counters.read()
  yield { kind: 'counted', atMs: clock.atMs(), scenario: planned.scenario, use }
  for (const warning of validity.warnings) world.progress.warn(warning)
  const most = mostInFlight(samples)
  if (isOpen) warnOfCrowd(load, most, world)
  const end = ends.endOf(report, planned)
  world.progress.note(`The load ended: ${end.reason}.`)
  const driven: LoadRun = {
    ...{ ...planned, startedAtMs, endedAtMs: clock.atMs(), sent: report.sent, end, mostInFlight: most },
    ...(report.heldBack && { heldBack: report.heldBack }),
    ...(report.unsent.tooLate + report.unsent.turns > 0 && { unsent: report.unsent }),
    ...phases,
    validity,
  }
  yield { kind: 'driven', atMs: clock.atMs(), driven }
  world.journal.sync()
  world.signal.throwIfAborted()
  const calibration = load.isCalibrated && (await calibrateLoad(service, samples))
  if (calibration) yield { kind: 'calibrated', atMs: clock.atMs(), scenario: planned.scenario, calibration }
  return end
}

type Sent = {
  readonly report: DriveReport
  readonly samples: readonly Sample[]
  readonly phases: Phases
  readonly validity: LoadValidity
}

async function* sendLoad(
  service: RunningService,
  prepared: PreparedLoad,
  load: PlannedLoad,
  ends: LoadEnds,
): AsyncGenerator<RunEvent, Sent> {
  const { plan, world, clock, target, profile } = service
  const { scenario, stated } = prepared.planned
  if ((load.workers ?? 1) === 1) await rehearsedOnce(openLoadClient)
  await using client = await openLoadClient(target.address, { profile, clock: plan.clock })
  const live = new LiveLoad(plan.clock, stated)
  using _ = live.saying(world.progress)
  using watch = new ClientWatch({ runStartMs: clock.startMs })
  const driving = drivingOf(service, prepared, load, ends, client, live)
  const samples: Sample[] = []
  for await (const driven of driving) {
    const origin = { scenario, boot: target.boot.index, runStartMs: clock.startMs } as const
    const unmarked = loadSampleOf(driven, origin)
    const sample = driving.clients ? unmarked : await watch.marked(unmarked)
    samples.push(sample)
    live.add(sample)
    world.progress.step()
    yield { kind: 'sampled', sample }
    ends.saw(driven)
  }
  const phases = phasesOf(samples)
  const clients = driving.clients ? await driving.clients(phases.steady) : [watch.read(phases.steady)]
  return { report: driving.report(), samples, phases, validity: judgeClients(clients) }
}

/** One worker needs no thread of its own: its answers need not cross to another. */
function drivingOf(
  { plan, clock, target, profile }: RunningService,
  { planned, requests }: PreparedLoad,
  { workers = 1 }: PlannedLoad,
  { signal, stop }: LoadEnds,
  client: LoadClient,
  live: LiveLoad,
): Driving {
  const { durationMs } = planned.stated
  const common = {
    ...{ clock: plan.clock, requests, maxInFlight: planned.maxInFlight },
    ...{ timeoutMs: LOAD_TIMEOUT_MS, signal, stop },
    ...(planned.requests === undefined && durationMs !== undefined && { durationMs }),
  }
  if (workers === 1) return drive({ ...common, client: live.counting(client) })
  const { address } = target
  return driveInThreads({ ...common, workers, address, profile, runStartMs: clock.startMs })
}

/** Streams that one core sends and reads without being late. */
const STREAMS_A_CORE = 300

function warnOfCrowd({ workers = 1 }: PlannedLoad, streams: number, { progress }: World): void {
  if (streams <= STREAMS_A_CORE * workers) return
  const enough = Math.ceil(streams / STREAMS_A_CORE)
  progress.warn(
    `${streams} requests in flight for ${workers === 1 ? 'one thread' : `${workers} threads`}: above ${STREAMS_A_CORE} a core the client itself may be late; add --workers ${enough}.`,
  )
}
