import { request } from 'node:http'
import type { ContainerRuntimeClient } from 'testcontainers'
import { HarnessError } from '../../errors.ts'
import { loadTestcontainers } from './load-testcontainers.ts'

/** The engine's own API. */
export type Docker = ContainerRuntimeClient['container']['dockerode']
export type DockerContainer = Awaited<ReturnType<Docker['createContainer']>>

/** The one container engine of a run, and where it listens. */
export type Engine = {
  readonly docker: Docker
  readonly address: string
  readonly version: string
  readonly memoryBytes: number
  /** Where it keeps images, on its own file system. */
  readonly rootFolder: string
  /** The normalised name of an image: with its tag, and the prefix of a mirror when one is configured. */
  imageName(image: string): string
  /** Pulls with the credentials of Docker's own configuration. */
  pullWithCredentials(image: string): Promise<void>
}

const PING_MS = 5_000
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * The engine that DOCKER_HOST names, and no other: a dead one is an error (`no-container-engine`), since a run on another
 * engine would judge another machine. Without DOCKER_HOST, the first of the usual sockets that answers.
 */
export async function connectEngine(env: NodeJS.ProcessEnv): Promise<Engine> {
  const wanted = env['DOCKER_HOST']?.trim() || undefined
  if (wanted !== undefined) await requireAnswer(wanted, 'DOCKER_HOST')
  // Loaded here, so that nothing else pays for it (1 s) or needs an engine.
  const { getContainerRuntimeClient, ImageName } = await loadTestcontainers()
  const client = await getContainerRuntimeClient().catch((cause: unknown) => {
    throw noEngine(
      'No container engine answers on this machine: install Docker and start it, or set DOCKER_HOST to its socket (`docker context inspect` shows it).',
      cause,
    )
  })
  const docker = client.container.dockerode
  const address = addressOf(docker)
  if (wanted !== undefined && !isSame(wanted, address))
    throw noEngine(
      `DOCKER_HOST is ${wanted}, but the engine at ${address} would have been used: take \`tc.host\` out of ~/.testcontainers.properties, or correct DOCKER_HOST.`,
    )
  await requireAnswer(address, wanted === undefined ? 'chosen, since DOCKER_HOST is not set' : 'DOCKER_HOST')
  const { DockerRootDir } = await docker.info()
  const { serverVersion, memory } = client.info.containerRuntime
  return {
    ...{ docker, address, memoryBytes: memory },
    version: String(serverVersion),
    rootFolder: String(DockerRootDir),
    imageName: (image) => ImageName.fromString(image).string,
    pullWithCredentials: (image) =>
      client.image.pull(ImageName.fromString(image), { force: true, platform: undefined }),
  }
}

/** Asks the engine at `address` whether it is one, or throws what keeps it from answering and what to do. */
async function requireAnswer(address: string, why: string): Promise<void> {
  const place = `The container engine at ${address} (${why})`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['unix:', 'npipe:', 'tcp:', 'http:', 'https:'].includes(url.protocol))
    throw noEngine(`${place} cannot be used: give a unix:// socket or a tcp:// address of this machine.`)
  if (url.hostname !== '' && !LOOPBACK.includes(url.hostname))
    throw noEngine(
      `${place} is another machine: a target is published on 127.0.0.1 there, out of reach from here; run infergate on that machine, or set DOCKER_HOST to an engine of this one.`,
    )
  try {
    await ping(url)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw noEngine(
      `${place} does not answer (${code ?? message}): ${nextStep(code)}; no other was tried.`,
      cause,
    )
  }
}

function nextStep(code: string | undefined): string {
  if (code === 'EACCES') return 'run as a user of its group (usually `docker`)'
  return 'start it, or correct DOCKER_HOST'
}

/** Any HTTP answer shows an engine: one behind TLS refuses plain HTTP with 400. */
function ping(url: URL): Promise<void> {
  const place = url.hostname === '' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port }
  return new Promise((resolve, reject) => {
    const asked = request({ ...place, path: '/_ping', timeout: PING_MS }, (response) => {
      response.resume()
      resolve()
    })
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${PING_MS / 1_000} s`)))
    asked.once('error', reject)
    asked.end()
  })
}

function addressOf(docker: Docker): string {
  const { socketPath, host, port, protocol } = docker.modem as unknown as Partial<Record<string, string>>
  return socketPath === undefined
    ? `${protocol === 'https' ? 'https' : 'tcp'}://${host}:${port}`
    : `unix://${socketPath}`
}

/** Spellings differ in the scheme (tcp, http) and in slashes only. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)]
  return a.hostname === '' ? a.pathname === b.pathname : a.host === b.host
}

const noEngine = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('no-container-engine', message, { cause })
