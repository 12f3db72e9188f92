import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { freePort } from '../src/targets/port.ts'
import { startProcess } from '../src/targets/started-process.ts'
import { TargetLog } from '../src/targets/target-log.ts'
import { root } from '../testing/run-cli.ts'

/** A server that runs on loopback. */
export type Server = {
  readonly url: string
  /** The last that it wrote. */
  readonly log: () => string
  /** Ends it with everything that it started, and what runs behind it for it alone. */
  readonly stop: () => Promise<void>
}

export type Command = {
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly port: number
  /** The server is there once this path answers with a status below 500. */
  readonly readyAt: string
}

const START_MS = 240_000

export { freePort }

/** A folder that the workers of a server may read whatever user they run as. */
export const workFolder = (): string => mkdtempSync(join(tmpdir(), 'infergate-engine-'))

/** Starts a server under a guardian, which ends it when this process dies, too, and waits until it answers. */
export async function startServer({ command, env = {}, port, readyAt }: Command): Promise<Server> {
  const kept = new TargetLog([])
  const log = () => kept.tail().join('\n')
  const given = Object.entries(process.env).flatMap(([name, value = '']) => [[name, value] as const])
  // Where it is set, Python compiles everything anew at each start.
  const whole = { ...Object.fromEntries(given), PYTHONDONTWRITEBYTECODE: '', ...env }
  const server = await startProcess({ command, cwd: root, env: whole }, { log: kept, clock: systemClock })
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(`${url}${readyAt}`))) {
    const isLate = systemClock.monotonicMs() - server.startedAtMs > START_MS
    if (!server.exit() && !isLate) {
      await systemClock.sleep(200)
      continue
    }
    await server.stop()
    throw new Error(`${command.join(' ')} does not answer at ${readyAt}.\n${log()}`)
  }
  return { url, log, stop: () => server.stop() }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    return status < 500
  } catch {
    return false
  }
}

/** The same server, which ends those behind it, too. */
export const withBehind = (front: Server, ...behind: readonly Server[]): Server => ({
  url: front.url,
  log: () => [front, ...behind].map((one) => one.log()).join('\n--- behind it\n'),
  stop: async () => {
    for (const one of [front, ...behind]) await one.stop()
  },
})

/** A server that the group owns: a row judges it and leaves it running. */
export const left = (server: Server): Server => ({ ...server, stop: async () => {} })
