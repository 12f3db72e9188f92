import { createInterface } from 'node:readline/promises'
import { CommanderError } from 'commander'
import { systemClock } from './clock.ts'
import { endWithParent } from './commands/end-with-parent.ts'
import { Hangups, watchInterrupts } from './commands/interrupts.ts'
import type { Io } from './commands/io.ts'
import { createProgram } from './commands/program.ts'
import { EXIT, HarnessError } from './errors.ts'
import { renderErrorAnnotation } from './reporters/workflow-command.ts'
import { toolVersion } from './tool-version.ts'

/** A crash of ours: no verdict is meant by it. */
const CRASHED = 1
/** Values of CI that say that this is none. */
const NO_CI = new Set([undefined, '', '0', 'false'])

dropNoise()
process.exit(await main())

/** Parses, runs one command, and says how it ended; everything between is in commands/. */
async function main(): Promise<number> {
  const hangups = new Hangups()
  const launched = process.env['INFERGATE_LAUNCHER'] !== undefined
  const signal = watchInterrupts(process, launched, systemClock, hangups)
  void endWithParent(process, signal)
  process.channel?.unref()
  // The children that we start have no launcher above them.
  delete process.env['INFERGATE_LAUNCHER']
  let ended: number | undefined
  const program = createProgram({
    version: toolVersion(),
    io: (color) => createIo(color, signal, hangups),
    done: (code) => {
      ended = code
    },
  })
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ])
    command
      .exitOverride()
      .configureOutput({ outputError: (text) => process.stderr.write(`infergate: ${text}`) })
  try {
    await program.parseAsync()
    return ended ?? CRASHED
  } catch (error) {
    return explain(error)
  } finally {
    await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  }
}

/** The exit code of what was thrown, said on stderr. */
function explain(error: unknown): number {
  // commander has already said it; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage
  if (error instanceof HarnessError) {
    process.stderr.write(`infergate: ${error.message}\n`)
    if (process.env['GITHUB_ACTIONS'] === 'true')
      process.stderr.write(`${renderErrorAnnotation(error.message, error.exitCode)}\n`)
    return error.exitCode
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `infergate crashed; this is a bug of infergate and says nothing about the service.\n${text}\n`,
  )
  return CRASHED
}

function createIo(wanted: boolean, signal: AbortSignal, hangups: Hangups): Io {
  const { env, stdout, stderr } = process
  const isTTY = stderr.isTTY === true && NO_CI.has(env['CI']?.toLowerCase())
  const isLive = isTTY && env['TERM'] !== 'dumb'
  const asked = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0'
  const refused = !wanted || Boolean(env['NO_COLOR'])
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isTTY,
    isLive,
    color: !refused && (asked || isLive),
    // A terminal may change its size while a run goes on; one of 0 columns does not know it.
    get columns() {
      return stderr.columns || 80
    },
    beforeExit: (act) => void process.once('exit', act),
    ...(process.stdin.isTTY && isTTY && { ask: (question: string) => askOnTerminal(question, signal) }),
    env,
    cwd: process.cwd(),
    typed: process.argv.slice(2),
    onHangup: (act) => hangups.take(act),
    signal,
  }
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question, { signal })
  } finally {
    terminal.close()
  }
}

/** Warnings of Node about its own features, which no user of infergate can act on. */
function dropNoise(): void {
  const noise = new Set(['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'])
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message, ...rest }: Error & { code?: string }) => {
    if (!noise.has(name) && !noise.has(rest.code ?? '')) process.stderr.write(`${name}: ${message}\n`)
  })
  // A reader that went away (`| head`) must not change the exit code.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()))
}
