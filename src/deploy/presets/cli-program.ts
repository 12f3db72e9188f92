import { spawnSync } from 'node:child_process'

/** Why a program of a preset ended without an answer, in words for the person who deploys. */
export class ProgramError extends Error {}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** What a command line tool printed. */
export function answerOf(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 64 << 20 })
  if (error !== undefined) throw new ProgramError(`${tool} could not be run: ${error.message}`)
  if (status === 0) return stdout
  throw new ProgramError(`${[tool, ...args].join(' ')} ended with exit code ${status}:\n${stderr || stdout}`)
}

/** Runs a command line tool that speaks for itself. */
export function runThrough(tool: string, args: readonly string[]): number {
  say(`$ ${[tool, ...args].join(' ')}`)
  const { status, error } = spawnSync(tool, args, { stdio: 'inherit' })
  if (error !== undefined) throw new ProgramError(`${tool} could not be run: ${error.message}`)
  return status ?? 1
}

/** Runs the verb that was asked for; its result is the exit code. */
export function finish(verbs: Readonly<Record<string, () => number>>, [name = '']: readonly string[]): void {
  try {
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
    if (verb === undefined) throw new ProgramError(`usage: ${Object.keys(verbs).join(' | ')}`)
    process.exitCode = verb()
  } catch (error) {
    if (!(error instanceof ProgramError) && !(error instanceof SyntaxError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
