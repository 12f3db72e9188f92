import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Verdict } from '../src/records/index.ts'

export const root = join(import.meta.dirname, '..')
const launcher = join(root, 'bin', 'infergate.mjs')

export type CliRun = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly cwd: string
  readonly tookMs: number
}
export type CliOptions = {
  readonly cwd?: string
  readonly env?: Record<string, string>
  /** A command that starts it: `taskset -c 0`. */
  readonly under?: readonly string[]
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'infergate-e2e-'))

/** Starts the command as a user does, in a folder of its own. */
export function startCli(
  args: readonly string[],
  { cwd = emptyFolder(), env = {}, under = [] }: CliOptions = {},
): ChildProcess & { readonly cwd: string } {
  const [command = process.execPath, ...words] = [...under, process.execPath, launcher, ...args]
  const child = spawn(command, words, {
    cwd,
    env: { ...process.env, CI: '', GITHUB_ACTIONS: '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return Object.assign(child, { cwd })
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const started = performance.now()
  const child = startCli(args, options)
  return { ...(await ended(child)), cwd: child.cwd, tookMs: performance.now() - started }
}

/** How a process ended and what it said. Rejects when it cannot be started. */
export async function ended(child: ChildProcess): Promise<Pick<CliRun, 'code' | 'stdout' | 'stderr'>> {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  return { code, stdout, stderr }
}

/** The verdict on disk: what other tools read. */
export const readVerdict = ({ cwd }: { readonly cwd: string }): Verdict =>
  JSON.parse(readFileSync(join(cwd, 'reports', 'latest', 'verdict.json'), 'utf8'))

export const readReport = ({ cwd }: { readonly cwd: string }, file: string): string =>
  readFileSync(join(cwd, 'reports', 'latest', file), 'utf8')
