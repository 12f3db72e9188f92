import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ContainerTarget } from '../src/records/index.ts'
import { engine, engineJson } from './container-engine.ts'

const root = join(import.meta.dirname, '..')
const IMAGE = 'infergate-empty:test'

/** An image of no byte at all: what runs in it is mounted, so that nothing is pulled or built. */
export async function requireEmptyImage(): Promise<void> {
  const { status } = await engine('GET', `/images/${IMAGE}/json`)
  if (status === 200) return
  // Two empty blocks are the end of a tar archive.
  const made = await engine(
    'POST',
    `/images/create?fromSrc=-&repo=infergate-empty&tag=test`,
    Buffer.alloc(1_024),
  )
  if (made.status !== 200) throw new Error(`The empty image could not be made: ${made.text}`)
}

/** The simulator in a container of this machine's own Node and libraries, all of them mounted read-only. */
export function simulatorContainer(
  changes: Partial<ContainerTarget> & { readonly simulatorArgs?: readonly string[] } = {},
): ContainerTarget {
  const { simulatorArgs = [], ...rest } = changes
  const node = dirname(process.execPath)
  const mounted = ['/usr', '/lib', '/lib64', '/bin', node, root]
  return {
    kind: 'container',
    dialect: 'openai',
    image: IMAGE,
    entrypoint: [process.execPath, '--no-warnings', join(root, 'src/simulator/main.ts')],
    command: ['--host', '0.0.0.0', '--port', '{port}', '--profile', 'instant', ...simulatorArgs],
    containerPort: 8_000,
    mounts: mounted
      .filter((folder) => existsSync(folder))
      .map((folder) => ({ source: folder, target: folder, writable: false })),
    memoryBytes: 512 * 2 ** 20,
    shmBytes: 64 * 2 ** 20,
    pidsLimit: 128,
    stopGraceMs: 1_000,
    timeToLiveMs: 3_600_000,
    readyTimeoutMs: 60_000,
    ...rest,
  }
}

/** The same image with a command that is no service: `sh -c script`. */
export const shell = (script: string): Pick<ContainerTarget, 'entrypoint' | 'command'> => ({
  entrypoint: ['/usr/bin/sh', '-c'],
  command: [script],
})

export const inspectContainer = (id: string) => engineJson(`/containers/${id}/json`)
