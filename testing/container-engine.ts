import { existsSync } from 'node:fs'
import { request } from 'node:http'

/** Where the engine of these tests listens: the tests ask it themselves, not through the client that they test. */
export const engineSocket = (process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock').replace(
  'unix://',
  '',
)

type Answer = { readonly status: number; readonly text: string }

/** One request to the Engine API. */
export function engine(method: string, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/x-tar', 'content-length': body.length } : {}
    const asked = request({ socketPath: engineSocket, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the engine says, read field by field
export async function engineJson(path: string): Promise<any> {
  const { status, text } = await engine('GET', path)
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`)
  return JSON.parse(text)
}

/** Why the tests of this folder cannot run here; undefined where they can. */
async function missing(image?: string): Promise<string | undefined> {
  if (!existsSync(engineSocket)) return `no container engine at ${engineSocket}`
  try {
    await engine('GET', '/_ping')
  } catch (error) {
    return `the container engine at ${engineSocket} does not answer (${String(error)})`
  }
  if (image === undefined || (await engine('GET', `/images/${image}/json`)).status === 200) return undefined
  return `the image ${image} is not here: run fixtures/vllm-cpu/build-image.sh`
}

/** The reason to leave a file's tests out. Where containers are required (CI), a reason is a failure instead. */
export async function reasonToSkip(image?: string): Promise<string | undefined> {
  const reason = await missing(image)
  if (reason !== undefined && process.env['INFERGATE_REQUIRE_CONTAINERS'] === '1')
    throw new Error(`INFERGATE_REQUIRE_CONTAINERS is set, and ${reason}`)
  if (reason !== undefined) process.stderr.write(`Left out: ${reason}\n`)
  return reason
}

/** Everything of ours, and everything at all, that the engine holds. */
export async function holdings() {
  const filters = encodeURIComponent(JSON.stringify({ label: ['infergate.owner'] }))
  const names = (list: readonly { Id?: string; Name?: string }[]) =>
    list.map(({ Id, Name }) => Id ?? Name).toSorted()
  return {
    ours: names(await engineJson(`/containers/json?all=1&filters=${filters}`)),
    ourImages: names(await engineJson(`/images/json?all=1&filters=${filters}`)),
    networks: names(await engineJson('/networks')),
    volumes: names((await engineJson('/volumes')).Volumes ?? []),
  }
}
