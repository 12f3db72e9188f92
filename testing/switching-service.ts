import { request } from 'node:http'
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../src/simulator/index.ts'
import { startOnLoopback } from './loopback.ts'

export type SwitchingService = AsyncDisposable & {
  readonly url: string
  /** Which version answers; `GET /switch?to=VERSION` changes it. */
  version(): string
}

/** Simulators of several versions; each serves a model of its name. */
export async function startVersions(
  faults: Readonly<Record<string, readonly string[]>>,
  profile: SimulatorOptions['profile'] = 'instant',
): Promise<ReadonlyMap<string, RunningSimulator>> {
  const started = Object.entries(faults).map(
    async ([version, of]) =>
      [version, await startSimulator({ dialect: 'openai', profile, model: version, faults: of })] as const,
  )
  return new Map(await Promise.all(started))
}

/** One address, behind which one of the versions answers at a time, or none: a deploy that takes no time. */
export async function startSwitch(
  versions: ReadonlyMap<string, { readonly url: string }>,
  first: string,
): Promise<SwitchingService> {
  let current = first
  const service = await startOnLoopback((incoming, response) => {
    const path = incoming.url ?? '/'
    if (path.startsWith('/switch?to=')) {
      current = path.slice('/switch?to='.length)
      return void response.end(versions.has(current) ? 'ok' : 'nothing answers')
    }
    const live = versions.get(current)
    if (!live) return void response.destroy()
    const { method, headers } = incoming
    const onward = request(`${live.url}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  return { ...service, version: () => current }
}
