import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { dirname, extname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Clock, deadline, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { controlsOf, type StubControls } from './controls.ts'
import { writeFlags } from './flags.ts'
import type { StubOptions } from './options.ts'
import { type Core, pin } from './pin.ts'

/** A stub that runs in a process of its own until it is disposed, or until this process is gone. */
export type StartedStub = StubControls &
  AsyncDisposable & {
    readonly url: string
    readonly pid: number
    /** Absent where it was not to be pinned. */
    readonly core?: Core
  }

type StartOptions = { readonly isPinned?: boolean; readonly clock?: Clock }

const START_MS = 20_000

/** `.ts` in the source tree, `.js` in the package. */
const file = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))

/**
 * Threads that collect garbage would wait for the one core that they share with the stub, up to 100 ms; and a small young
 * generation makes collections short: at 500 streams p99 of the lateness is a third of what it is without.
 */
const NODE_FLAGS = ['--single-threaded-gc', '--max-semi-space-size=2']

/** Starts a stub, pinned to a core unless told otherwise; resolves once it listens. */
export async function startStub(
  options: StubOptions = {},
  { isPinned = true, clock = systemClock }: StartOptions = {},
): Promise<StartedStub> {
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, file, ...writeFlags({ ...options, endWithStdin: true })],
    {
      env: { ...process.env, ...compileCache() },
      // stdin is open as long as this process lives: its end is the stub's.
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  try {
    const { port, pid } = await firstLine(child, clock)
    const url = `http://127.0.0.1:${port}`
    return {
      url,
      pid,
      ...(isPinned && { core: await pin(pid) }),
      ...controlsOf(url),
      [Symbol.asyncDispose]: () => end(child),
    }
  } catch (error) {
    await end(child)
    throw error
  }
}

async function firstLine(child: ChildProcess, clock: Clock): Promise<{ port: number; pid: number }> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('a stub is started with pipes')
  let said = ''
  stderr.on('data', (bytes) => {
    said += bytes
  })
  using limit = deadline(clock, START_MS)
  try {
    const [line] = await Promise.race([
      once(createInterface(stdout), 'line', { signal: limit.signal }),
      once(child, 'exit', { signal: limit.signal }).then(([code]) => {
        throw new Error(`it ended with exit status ${code}. ${said.trim()}`)
      }),
    ])
    return JSON.parse(line)
  } catch (cause) {
    const why = limit.signal.aborted ? `it did not listen within ${START_MS} ms.` : (cause as Error).message
    throw new HarnessError(
      'target-not-ready',
      `The stub that measures this client did not start: ${why} Run "node ${file}" to see it by itself.`,
      { cause },
    )
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

/** What this process has parsed, the stub need not. */
function compileCache(): Readonly<Record<string, string>> {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
