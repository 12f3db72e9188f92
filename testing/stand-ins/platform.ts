import { delimiter, dirname } from 'node:path'
import { startOnLoopback } from '../loopback.ts'
import { answerKubectl } from './answer-kubectl.ts'
import { answerModal } from './answer-modal.ts'
import { type Instance, startEdge, startInstance } from './service.ts'
import { complains, type Said, type Typed } from './typed.ts'

export type Behaviour = {
  /** What is wrong with a release; one that is not named is healthy. */
  readonly faults?: Readonly<Record<string, readonly string[]>>
  /** Releases of which no instance ever becomes ready. */
  readonly neverReady?: readonly string[]
  /** The way back is refused, as a plan, a right or a lost revision may have it. */
  readonly refusesBack?: boolean
  /** How long the old instance goes on answering after the new one was asked for. */
  readonly rolloverMs?: number
}

/** What the tools see of the platform behind them. */
export type Platform = {
  readonly behaviour: Behaviour
  /** What has the traffic now. */
  live(): string | undefined
  /** Starts an instance of this release and gives it the traffic once it is ready; resolves then, `false` if that never comes. */
  replace(release: string): Promise<boolean>
}

/**
 * The STAND-INS in this folder, answered by this process. `env`: with it a command finds them before the real tools; `typed`: every
 * command line that was typed, in its order; `files`: the text of the files that it named.
 */
export async function startTools(platform: Platform, first: string) {
  const answers = { modal: answerModal(platform, first), kubectl: answerKubectl(platform, first) }
  const [typed, files]: [string[], (readonly string[])[]] = [[], []]
  const answer = async (said: Typed): Promise<Said> => {
    typed.push([said.tool, ...said.argv].join(' '))
    files.push(said.files)
    return answers[said.tool as keyof typeof answers](said).catch(asComplaint)
  }
  const control = await startOnLoopback(async (request, response) => {
    const said: Typed = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'))
    response.end(JSON.stringify(await answer(said)))
  })
  return {
    typed,
    files,
    answer,
    env: {
      STAND_IN_PLATFORM: control.url,
      PATH: [import.meta.dirname, dirname(process.execPath), process.env['PATH']].join(delimiter),
    },
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  }
}

/**
 * A STAND-IN for Modal and for a Kubernetes cluster, for the command lines in this folder: real simulator processes behind one
 * address.
 */
export async function startPlatform(first: string, behaviour: Behaviour = {}) {
  let instance: Instance | undefined
  const started: Instance[] = []
  const replace = async (release: string): Promise<boolean> => {
    if (behaviour.neverReady?.includes(release)) return false
    const next = await startInstance(release, behaviour.faults?.[release] ?? [])
    started.push(next)
    if (instance !== undefined) await new Promise((done) => setTimeout(done, behaviour.rolloverMs ?? 0))
    const old = instance
    instance = next
    await old?.stop()
    return true
  }
  await replace(first)
  const edge = await startEdge(() => instance)
  const platform: Platform = { behaviour, replace, live: () => instance?.release }
  const tools = await startTools(platform, first)
  return {
    url: edge.url,
    typed: tools.typed,
    env: tools.env,
    live: platform.live,
    async [Symbol.asyncDispose]() {
      await Promise.all([edge[Symbol.asyncDispose](), tools[Symbol.asyncDispose]()])
      await Promise.all(started.map((one) => one.stop()))
    },
  }
}

const asComplaint = (error: Error): Said => complains(`Error: ${error.message}\n`)
