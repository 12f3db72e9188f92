import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fillCommand } from '../src/deploy/fill.ts'
import type { Command, DeployCommands } from '../src/deploy/plan.ts'
import { docker as dockerPreset } from '../src/deploy/presets/docker.ts'
import { freePort } from '../src/targets/port.ts'
import { engine } from './container-engine.ts'
import { emptyFolder } from './run-cli.ts'

const root = join(import.meta.dirname, '..')
export const SIMULATOR = 'infergate-deploy-simulator'

export const docker = (...words: readonly string[]): string =>
  execFileSync('docker', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/** An image without a byte whose command is the simulator, in one state of its health: what it runs is mounted. */
export async function makeSimulatorImage(tag: string, ...more: readonly string[]): Promise<void> {
  const words = ['--no-warnings', join(root, 'src/simulator/main.ts'), '--host', '0.0.0.0', '--port', '8000']
  const entrypoint = [process.execPath, ...words, '--profile', 'instant', ...more]
  const changes = encodeURIComponent(`ENTRYPOINT ${JSON.stringify(entrypoint)}`)
  const path = `/images/create?fromSrc=-&repo=${SIMULATOR}&tag=${tag}&changes=${changes}`
  // Two empty blocks are the end of a tar archive.
  const made = await engine('POST', path, Buffer.alloc(1_024))
  if (made.status !== 200) throw new Error(`The image could not be made: ${made.text}`)
}

export const ANANKE = 'infergate-deploy-ananke'

/** The Ananke service in one state of its story as an image of its own: over the real engine, its source mounted. */
export function makeAnankeImage(tag: string, variant: 'before' | 'after'): void {
  const words = ['/opt/vllm/bin/python', '/ananke/inference.py', '--variant', variant, '--model', '/model']
  const entrypoint = [...words, '--host', '0.0.0.0', '--port', '8000']
  const id = docker('create', 'infergate-vllm-cpu:0.32.0')
  docker(
    'commit',
    '--change',
    `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
    '--change',
    'CMD []',
    id,
    `${ANANKE}:${tag}`,
  )
  docker('rm', id)
}

export const ANANKE_OPTIONS = [
  ...['--volume', `${join(root, 'fixtures/ananke')}:/ananke:ro`],
  ...['--memory', '5g', '--shm-size', '512m'],
]

export function removeImages(repository: string): void {
  const tags = docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository)
  if (tags !== '') docker('image', 'rm', ...tags.split('\n'))
}

/** This machine's own Node and libraries, read-only. */
export const SIMULATOR_MOUNTS = ['/usr', '/lib', '/lib64', '/bin', dirname(process.execPath), root]
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => ['--volume', `${folder}:${folder}:ro`])

/** Two networks whose ports are published on 127.0.0.1 and on 127.0.0.2, as the documentation makes them. */
export function makeNetworks(name: string): void {
  const binding = 'com.docker.network.bridge.host_binding_ipv4'
  docker('network', 'create', '--opt', `${binding}=127.0.0.1`, `${name}-live`)
  docker('network', 'create', '--opt', `${binding}=127.0.0.2`, `${name}-beside`)
}

/** Every container and network of a service, whatever state a test left them in. */
export function clearService(name: string): void {
  const ids = docker('ps', '--all', '--quiet', '--filter', `label=infergate.service=${name}`)
  if (ids !== '') docker('rm', '--force', '--volumes', ...ids.split('\n'))
  for (const network of [`${name}-live`, `${name}-beside`])
    if (docker('network', 'ls', '--quiet', '--filter', `name=^${network}$`) !== '')
      docker('network', 'rm', network)
}

/** The containers of a service, as `NAME state`, those that run first. */
export const containersOf = (name: string): readonly string[] =>
  docker('ps', '--all', '--filter', `label=infergate.service=${name}`, '--format', '{{.Names}} {{.State}}')
    .split('\n')
    .filter((line) => line !== '')
    .toSorted()

export type Project = {
  readonly name: string
  readonly cwd: string
  readonly url: string
  readonly port: number
}

/** A folder with a configuration whose one target is deployed by the preset. */
export async function deployProject(
  name: string,
  preset: object,
  { deploy = {}, ...target }: { readonly deploy?: object } & Readonly<Record<string, unknown>> = {},
  policy: object = {},
): Promise<Project> {
  const cwd = emptyFolder()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = {
    target: name,
    targets: {
      [name]: {
        kind: 'url',
        url,
        ...target,
        deploy: { preset: { kind: 'docker', pull: 'never', stopSeconds: 2, ...preset }, ...deploy },
      },
    },
    ...policy,
  }
  writeFileSync(join(cwd, 'infergate.config.mjs'), `export default ${JSON.stringify(config, null, 2)}\n`)
  return { name, cwd, url, port }
}

type Preset = { readonly image: string; readonly options?: readonly string[]; readonly beside?: string }

/** The release that is live before a deploy, begun by hand as the documentation says; returns its container's id. */
export async function startLive(
  name: string,
  release: string,
  { url, port }: Project,
  preset: Preset,
): Promise<string> {
  const { image, options = [], beside } = preset
  const where =
    beside === undefined
      ? ['--publish', `127.0.0.1:${port}:8000`]
      : ['--network', `${name}-live`, '--publish', `${port}:8000`]
  const labels = ['--label', `infergate.service=${name}`, '--label', `infergate.release=${release}`]
  const words = ['--detach', '--name', `${name}-${release}`, ...labels, ...where, ...options]
  const id = docker('run', ...words, image.replace('{version}', release))
  await untilHealthy(url)
  return id
}

export async function untilHealthy(url: string): Promise<void> {
  const isHealthy = ({ ok }: Response) => ok
  while (!(await fetch(`${url}/health`).then(isHealthy, () => false)))
    await new Promise((resolve) => setTimeout(resolve, 100))
}

/** What the preset runs for this project. */
export const presetCommands = ({ name, url }: Project, preset: object): DeployCommands =>
  dockerPreset({ kind: 'docker', pull: 'never', stopSeconds: 2, ...preset }, { name, url })

/** One of its commands, in the deploy of `better` over `good`; returns what it printed. */
export function runFilled(command: Command): string {
  const [program, ...words] = fillCommand(command, { version: 'better', previous: 'good', url: '' }, {})
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
