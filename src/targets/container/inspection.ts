import { execFile } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { promisify } from 'node:util'
import { systemClock } from '../../clock.ts'
import { HarnessError } from '../../errors.ts'
import type { ContainerTarget } from '../../records/index.ts'
import { readSecret } from '../../secret.ts'
import { redactorOf } from '../known-secrets.ts'
import { fillPlaceholders } from '../placeholders.ts'
import { requireFreePort } from '../port.ts'
import { connectEngine, type Engine } from './engine.ts'
import { requireGpus } from './gpu.ts'
import { findImage, requirePullable } from './image.ts'
import { bindMounts } from './mounts.ts'
import { ownerLabels } from './owner.ts'
import { sweepLeftovers } from './sweep.ts'

/** One thing that a run of a container target needs, and whether it is there. */
export type ContainerFinding = {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly says: string
}

type Inspection = (engine: Engine, spec: ContainerTarget) => Promise<Omit<ContainerFinding, 'name'>>

/** All that a run of the target needs, looked at before anything is pulled or started. */
export async function* inspectContainerTarget(spec: ContainerTarget): AsyncGenerator<ContainerFinding> {
  const redactor = redactorOf(spec, process.env)
  for await (const finding of inspect(spec)) yield { ...finding, says: redactor.redact(finding.says) }
}

async function* inspect(spec: ContainerTarget): AsyncGenerator<ContainerFinding> {
  let engine: Engine | undefined
  yield await named('engine', async () => {
    engine = await connectEngine(process.env)
    const swept = await sweepLeftovers(engine.docker, systemClock)
    return ok([`Docker ${engine.version} at ${engine.address}`, ...swept].join('; '))
  })
  if (!engine) return
  for (const [name, look] of Object.entries(INSPECTIONS)) {
    const at = engine
    yield await named(name, () => look(at, spec))
  }
}

const INSPECTIONS: Readonly<Record<string, Inspection>> = {
  gpu: inspectGpus,
  image: async (engine, spec) => {
    const local = await findImage(engine, spec)
    if (local) return ok(`${local.name} is here (${local.digest ?? local.id})`)
    await requirePullable(engine, spec)
    return ok(`${spec.image} is not here yet; its registry has it`)
  },
  disk: inspectDisk,
  secrets: async (_, { secretEnv = [], secretHeaders = [] }) => {
    const all = [...secretEnv, ...secretHeaders]
    for (const { source } of all) readSecret(source)
    return ok(all.length === 0 ? 'none needed' : `${all.map(({ name }) => name).join(', ')} can be given`)
  },
  mounts: async ({ address }, spec) => {
    const fill = (text: string) => fillPlaceholders(text, spec.containerPort, process.env)
    bindMounts(
      spec.mounts.map((mount) => ({ ...mount, source: fill(mount.source) })),
      address,
    )
    if (spec.port !== undefined) await requireFreePort(spec.port)
    return ok(spec.mounts.length === 0 ? 'none' : `${spec.mounts.length} can be mounted`)
  },
}

async function inspectGpus({ docker }: Engine, { gpus, needs, timeToLiveMs }: ContainerTarget) {
  if (gpus === undefined) return ok('none asked for')
  const expires = new Date(systemClock.now().getTime() + timeToLiveMs)
  await requireGpus(docker, gpus, ownerLabels('doctor', expires))
  if (needs?.gpuMemoryGiB === undefined) return ok('the engine gives GPUs to containers')
  const sizes = await gpuMemoriesGiB()
  if (!sizes)
    return warning(
      `${needs.gpuMemoryGiB} GiB of GPU memory are needed, and nvidia-smi, which knows how much there is, was not found: look by hand.`,
    )
  const found = `GPUs of ${sizes.map((size) => size.toFixed(0)).join(', ')} GiB`
  // A card of "40 GB" shows a little less than that in GiB.
  if (sizes.some((size) => size >= (needs.gpuMemoryGiB ?? 0) * 0.98)) return ok(found)
  return failed(`${found}, and ${needs.gpuMemoryGiB} GiB are needed: use a larger one, or a smaller model.`)
}

async function gpuMemoriesGiB(): Promise<readonly number[] | undefined> {
  try {
    const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits']
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 })
    return stdout
      .trim()
      .split('\n')
      .map((mebibytes) => Number(mebibytes) / 1_024)
  } catch {
    return undefined
  }
}

async function inspectDisk(engine: Engine, spec: ContainerTarget) {
  const free = freeGiB(engine.rootFolder)
  if (free === undefined) return warning(`${engine.rootFolder} of the engine cannot be seen from here.`)
  const seen = `${free.toFixed(0)} GiB are free in ${engine.rootFolder}`
  const needed = (await findImage(engine, spec)) ? 0 : (spec.needs?.diskGiB ?? 0)
  if (free >= needed) return ok(seen)
  return failed(`${seen}, and ${needed} GiB are needed: free some, or move the engine's \`data-root\`.`)
}

function freeGiB(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return (bavail * bsize) / 2 ** 30
  } catch {
    return undefined
  }
}

async function named(
  name: string,
  inspect: () => Promise<Omit<ContainerFinding, 'name'>>,
): Promise<ContainerFinding> {
  try {
    return { name, ...(await inspect()) }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { name, ...failed(error.message) }
  }
}

const ok = (says: string) => ({ state: 'ok', says }) as const
const warning = (says: string) => ({ state: 'warning', says }) as const
const failed = (says: string) => ({ state: 'failed', says }) as const
