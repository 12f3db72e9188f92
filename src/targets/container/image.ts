import { HarnessError } from '../../errors.ts'
import { readDaemonError } from './daemon-error.ts'
import type { Engine } from './engine.ts'

/** An image that the engine holds. */
export type LocalImage = { readonly name: string; readonly id: string; readonly digest?: string }

export type WantedImage = { readonly image: string; readonly digest?: string | undefined }

type PullOptions = {
  readonly signal?: AbortSignal | undefined
  readonly say: (text: string) => void
}

/** The image itself, from the engine or else from its registry. Throws `container-failed` when it cannot be had. */
export async function ensureImage(
  engine: Engine,
  wanted: WantedImage,
  { signal, say }: PullOptions,
): Promise<LocalImage> {
  const local = await findImage(engine, wanted)
  if (local) return local
  const reference = referenceOf(engine, wanted)
  say(`pulling ${reference}`)
  try {
    await pull(engine, reference, say, signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw cannotPull(reference, error)
  }
  const pulled = await findImage(engine, wanted)
  if (pulled) return pulled
  throw cannotPull(reference, new Error('the pull ended without the image'))
}

/** What the engine already holds under that name, when it is the one that `digest` asks for. */
export async function findImage(engine: Engine, wanted: WantedImage): Promise<LocalImage | undefined> {
  const names = [referenceOf(engine, wanted), engine.imageName(wanted.image)]
  for (const name of new Set(names)) {
    const found = await inspect(engine, name)
    if (!found) continue
    const { Id, RepoDigests } = found
    const digests = (RepoDigests ?? []).map((text) => text.slice(text.indexOf('@') + 1))
    if (wanted.digest !== undefined && ![Id, ...digests].includes(wanted.digest)) continue
    const digest = digests.find((one) => one === wanted.digest) ?? digests[0]
    return { name, id: Id, ...(digest !== undefined && { digest }) }
  }
  return undefined
}

/** Asks the registry, through the engine, whether the image is there; downloads nothing. Throws `container-failed`. */
export async function requirePullable(engine: Engine, wanted: WantedImage): Promise<void> {
  const reference = referenceOf(engine, wanted)
  await engine.docker
    .getImage(reference)
    .distribution()
    .catch((error: unknown) => {
      throw cannotPull(reference, error)
    })
}

const referenceOf = (engine: Engine, { image, digest }: WantedImage): string =>
  engine.imageName(digest === undefined ? image : `${image}@${digest}`)

async function inspect({ docker }: Engine, name: string) {
  try {
    return await docker.getImage(name).inspect()
  } catch (error) {
    if (readDaemonError(error).status === 404) return undefined
    throw new HarnessError(
      'container-failed',
      `The container engine cannot say whether it has the image ${name} (${readDaemonError(error).says}): correct \`image\` of the target.`,
      { cause: error },
    )
  }
}

type Progress = { readonly status?: string; readonly error?: string; readonly id?: string }

async function pull(
  { docker, pullWithCredentials }: Engine,
  reference: string,
  say: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const stream = await docker.pull(reference, signal ? { abortSignal: signal } : {})
    await followed(docker, stream, ({ status, id }) => {
      if (status === 'Pull complete') say(`pulling ${reference}: layer ${id} is here`)
    })
  } catch (error) {
    const { status, says } = readDaemonError(error)
    if (!(status === 401 || status === 403 || /denied|unauthorized|authenticat/i.test(says))) throw error
    await pullWithCredentials(reference)
  }
}

/** A pull that fails half-way says so in its stream, after a status of 200. */
function followed(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onProgress: (p: Progress) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null) => (error ? reject(error) : resolve()),
      onProgress,
    )
  })
}

type Docker = Engine['docker']

function cannotPull(reference: string, cause: unknown): HarnessError {
  return new HarnessError(
    'container-failed',
    `The image ${reference} is not here and cannot be pulled (${readDaemonError(cause).says.replace(/\.$/, '')}): correct its name, log in to its registry with \`docker login\`, or build it under this name.`,
    { cause },
  )
}
