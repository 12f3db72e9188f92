import { HarnessError } from '../../errors.ts'
import { createRandom, freshSeed } from '../../random.ts'
import type { ContainerTarget, TargetDescription } from '../../records/index.ts'
import { readSecret } from '../../secret.ts'
import { shownCommand } from '../../secret-names.ts'
import { addressOf } from '../address.ts'
import type { Launch, LaunchContext } from '../launch.ts'
import { fillAll, fillPlaceholders } from '../placeholders.ts'
import { HOST, requireFreePort } from '../port.ts'
import { diedWhileStarting } from '../start-errors.ts'
import { orAbort, settled } from '../waiting.ts'
import { type ContainerPlan, createOptions, flagsOf } from './create-options.ts'
import { isDaemonError, readDaemonError } from './daemon-error.ts'
import { connectEngine, type Engine } from './engine.ts'
import { isAboutGpus, noGpu, requireGpus } from './gpu.ts'
import { ensureImage, type LocalImage } from './image.ts'
import { loadTestcontainers } from './load-testcontainers.ts'
import { bindMounts } from './mounts.ts'
import { ownerLabels } from './owner.ts'
import { RunningContainer } from './running-container.ts'
import { sweepLeftovers } from './sweep.ts'
import { createTargetContainer } from './target-container.ts'

/** The rest is the machine's own, so that a service that leaks cannot take it down. */
const MEMORY_SHARE = 0.8
/** How long an engine may take to say that a creation which nobody waits for any more went well. */
const ABANDONED_MS = 10_000

/** A service in a container of this machine's engine, hardened, published on 127.0.0.1, gone when the run is over. */
export const launchContainer: Launch<ContainerTarget> = async (spec, context) => {
  try {
    return await launch(spec, context)
  } catch (error) {
    if (error instanceof HarnessError || context.signal?.aborted || !isDaemonError(error)) throw error
    throw new HarnessError(
      'container-failed',
      `The container engine failed (${readDaemonError(error).says.replace(/\.$/, '')}): look at its own log, and run again.`,
      { cause: error },
    )
  }
}

const launch: Launch<ContainerTarget> = async (spec, context) => {
  const { clock, note, signal } = context
  const engine = await connectEngine(process.env)
  note(`the container engine is Docker ${engine.version} at ${engine.address}`)
  for (const line of await sweepLeftovers(engine.docker, clock)) note(line)
  const labels = ownerLabels(context.runId ?? 'none', new Date(clock.now().getTime() + spec.timeToLiveMs))
  if (spec.gpus !== undefined) await requireGpus(engine.docker, spec.gpus, labels)
  const plan = planOf(spec, engine, labels)
  if (spec.port !== undefined) await requireFreePort(spec.port)
  const image = await ensureImage(engine, spec, { signal, say: note })
  const description = describe(spec, engine, image, plan)
  const { running, port } = await start(spec, { engine, image, plan, context, description })
  const address = addressOf(spec, {
    baseUrl: `http://${HOST}:${port}`,
    ...(spec.urls && { urls: fillAll(spec.urls, (text) => fillPlaceholders(text, port, process.env)) }),
  })
  return { state: 'started', address, description, process: running, isForwarded: true }
}

function planOf(spec: ContainerTarget, engine: Engine, labels: Record<string, string>): ContainerPlan {
  const fill = (text: string) => fillPlaceholders(text, spec.containerPort, process.env)
  const secrets = (spec.secretEnv ?? []).map(({ name, source }) => [name, readSecret(source).reveal()])
  const mounts = spec.mounts.map((mount) => ({ ...mount, source: fill(mount.source) }))
  return {
    ...spec,
    entrypoint: spec.entrypoint?.map(fill),
    command: spec.command.map(fill),
    env: { ...fillAll(spec.env ?? {}, fill), ...Object.fromEntries(secrets) },
    mounts: bindMounts(mounts, engine.address),
    memoryBytes: spec.memoryBytes ?? Math.floor(engine.memoryBytes * MEMORY_SHARE),
    labels,
  }
}

function describe(
  spec: ContainerTarget,
  { address, version }: Engine,
  image: LocalImage,
  plan: ContainerPlan,
): TargetDescription {
  return {
    kind: spec.kind,
    dialect: spec.dialect,
    ...(spec.model === undefined ? {} : { model: spec.model }),
    command: [image.name, ...shownCommand(spec.command)],
    container: {
      image: image.name,
      imageId: image.id,
      ...(image.digest !== undefined && { imageDigest: image.digest }),
      engine: { address, version },
      flags: flagsOf(spec, plan),
    },
  }
}

type Start = {
  readonly engine: Engine
  readonly image: LocalImage
  readonly plan: ContainerPlan
  readonly context: LaunchContext
  readonly description: TargetDescription
}

/** Creates and starts the container; resolves once it runs and its port is known, or leaves nothing behind. */
async function start(spec: ContainerTarget, { engine, image, plan, context, description }: Start) {
  const { signal, log, clock, warn } = context
  const created = Promise.withResolvers<RunningContainer>()
  const onCreated = async (id: string): Promise<void> => {
    const running = new RunningContainer(engine.docker, id, { log, clock, graceMs: spec.stopGraceMs, warn })
    created.resolve(running)
    signal?.throwIfAborted()
    await running.follow()
  }
  const { GenericContainer } = await loadTestcontainers()
  const options = {
    ...createOptions(plan),
    name: `infergate-${createRandom(freshSeed()).marker(10)}`,
  }
  const starting = createTargetContainer(
    GenericContainer,
    image.name,
    plan.containerPort,
    options,
    onCreated,
  ).start()
  // Without a container to stop, the start's own error is the one to tell.
  starting.catch((error: unknown) => created.reject(error))
  try {
    const running = await orAbort(created.promise, signal)
    const ended = new Promise<never>((_, reject) => {
      running.ended.addEventListener('abort', () => reject(ENDED), { once: true })
    })
    ended.catch(() => {})
    const started = await orAbort(Promise.race([starting, ended]), signal)
    return { running, port: started.getMappedPort(spec.containerPort) }
  } catch (error) {
    const running = await orNothing(created.promise, context)
    const exit = running?.exit()
    await running?.stop()
    signal?.throwIfAborted()
    if (error === ENDED && exit) throw diedWhileStarting({ description }, exit, 'port', log.tail(20))
    throw error instanceof HarnessError ? error : cannotStart(spec, image, error)
  }
}

const ENDED = Symbol('the container ended')

async function orNothing(
  created: Promise<RunningContainer>,
  { clock }: LaunchContext,
): Promise<RunningContainer | undefined> {
  const known = created.catch(() => undefined)
  return (await settled(known, ABANDONED_MS, clock)) ? known : undefined
}

function cannotStart(spec: ContainerTarget, { name }: LocalImage, cause: unknown): HarnessError {
  const error = readDaemonError(cause)
  if (spec.gpus !== undefined && isAboutGpus(error)) return noGpu(cause)
  if (/port is already allocated|address already in use/i.test(error.says))
    return new HarnessError(
      'port-taken',
      `Port ${spec.port ?? 'of the container'} on ${HOST} is taken: stop what holds it, or leave \`port\` out of the target so that a free one is chosen.`,
      { cause },
    )
  return new HarnessError(
    'container-failed',
    `The container of ${name} cannot be started (${error.says.replace(/\.$/, '')}): correct the target's image, command or mounts.`,
    { cause },
  )
}
