import { Readable } from 'node:stream'
import { HarnessError } from '../../errors.ts'
import { type DaemonError, readDaemonError } from './daemon-error.ts'
import type { Docker } from './engine.ts'
import { unlessGone } from './sweep.ts'

export type Gpus = 'all' | number | readonly string[]

/** `--gpus` in the words of the Engine API (ContainerCreate, HostConfig.DeviceRequests); −1 is every GPU. */
export function deviceRequests(gpus: Gpus) {
  const wanted =
    gpus === 'all' ? { Count: -1 } : typeof gpus === 'number' ? { Count: gpus } : { DeviceIDs: [...gpus] }
  return [{ Driver: '', Capabilities: [['gpu']], ...wanted }]
}

/**
 * Throws `no-gpu` when the engine cannot give GPUs to a container. Asked with an empty image of our own, so that nothing is
 * pulled for it: the engine looks for the devices before it looks for the command, which does not exist.
 */
export async function requireGpus(docker: Docker, gpus: Gpus, labels: Record<string, string>): Promise<void> {
  const image = await importEmptyImage(docker, labels)
  try {
    const container = await docker.createContainer({
      Image: image,
      Cmd: ['/no-command'],
      Labels: labels,
      HostConfig: { DeviceRequests: deviceRequests(gpus), NetworkMode: 'none' },
    })
    try {
      await container.start()
    } catch (error) {
      if (isAboutGpus(readDaemonError(error))) throw noGpu(error)
      // Anything else is about the command: the devices were given.
    } finally {
      await container.remove({ force: true, v: true }).catch(unlessGone)
    }
  } finally {
    await docker.getImage(image).remove({ force: true }).catch(unlessGone)
  }
}

/** The engine has no code for it: its device drivers' messages name themselves. */
export const isAboutGpus = ({ says }: DaemonError): boolean =>
  /device driver|nvidia|libcuda|\bcdi\b|\bgpus?\b/i.test(says)

export function noGpu(cause: unknown): HarnessError {
  const { says } = readDaemonError(cause)
  return new HarnessError(
    'no-gpu',
    `The container engine has no GPU runtime for this target (it says: ${says.replace(/\.$/, '')}): install the NVIDIA driver and the NVIDIA Container Toolkit, run \`nvidia-ctk runtime configure --runtime=docker\`, and restart Docker.`,
    { cause },
  )
}

/** An image without a layer: two empty blocks are the end of a tar archive. */
async function importEmptyImage(docker: Docker, labels: Record<string, string>): Promise<string> {
  const changes = Object.entries(labels).map(([name, value]) => `LABEL ${name}="${value}"`)
  const stream = await docker.importImage(Readable.from([Buffer.alloc(1_024)]), { changes })
  let said = ''
  for await (const bytes of stream) said += String(bytes)
  const id = /sha256:[0-9a-f]{64}/.exec(said)?.[0]
  if (id !== undefined) return id
  throw new HarnessError(
    'container-failed',
    `The container engine cannot import an empty image (${said.trim()}): free disk space where it keeps its images.`,
  )
}
