import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { HarnessError } from '../../errors.ts'
import type { ContainerMount } from '../../records/index.ts'

/**
 * Mounts as the Engine API takes them. A source that is absent is refused, since an engine may put an empty folder there
 * instead; so is one that would bring the engine's socket inside, which is root on this machine.
 */
export function bindMounts(mounts: readonly ContainerMount[], engineAddress: string) {
  return mounts.map(({ source, target, writable }) => {
    const real = realPath(source)
    refuseSockets(source, real, engineAddress)
    return { Type: 'bind' as const, Source: real, Target: target, ReadOnly: !writable }
  })
}

function realPath(source: string): string {
  try {
    return realpathSync(source)
  } catch (cause) {
    throw new HarnessError(
      'config-invalid',
      `The mount ${source} does not exist: create it, or correct \`mounts\` of the target.`,
      { cause },
    )
  }
}

function refuseSockets(source: string, real: string, engineAddress: string): void {
  const socket = engineAddress.startsWith('unix://') ? safeRealPath(engineAddress.slice(7)) : undefined
  const isInside = socket !== undefined && !leavesFolder(relative(real, socket))
  if (!isInside && !statSync(real).isSocket()) return
  throw new HarnessError(
    'config-invalid',
    `The mount ${source} would bring a socket of this machine into the container: mount the folder of the weights alone.`,
  )
}

const leavesFolder = (path: string): boolean => path.startsWith('..') || isAbsolute(path)

function safeRealPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
