import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ended, root } from './run-cli.ts'

/** What CompatCanary, a scanner of OpenAI-style services, says of one. */
export type CompatCanaryScan = {
  /** The ids of its probes that did not pass, those that it only warns of too. */
  readonly missing: readonly string[]
  /** 0: it calls the service compatible; 1: it does not; 2: it could not scan. */
  readonly exit: number | null
  readonly probes: number
}

type Report = {
  readonly results: readonly { readonly id: string; readonly status: 'pass' | 'warn' | 'fail' }[]
}

const SCANNER = join(root, 'node_modules/compatcanary/src/cli.js')

/** Runs its profile `modern` against a service; `timeoutSeconds` is its patience with each of its seven requests. */
export async function scanWithCompatCanary(
  url: string,
  { model, timeoutSeconds = 30 }: { readonly model?: string; readonly timeoutSeconds?: number } = {},
): Promise<CompatCanaryScan> {
  const asked = model ?? (await firstModel(url))
  const flags = ['--base-url', `${url}/v1`, '--model', asked, '--timeout', `${timeoutSeconds}`]
  const child = spawn(process.execPath, [
    SCANNER,
    'scan',
    ...flags,
    '--profile',
    'modern',
    '--format',
    'json',
  ])
  const { code, stdout, stderr } = await ended(child)
  if (!stdout.startsWith('{')) throw new Error(`CompatCanary ended with ${code} and no report: ${stderr}`)
  const { results } = JSON.parse(stdout) as Report
  const missing = results.filter(({ status }) => status !== 'pass').map(({ id }) => id)
  return { missing, exit: code, probes: results.length }
}

/** Any name does where a service lists none: its probes then say what comes of that. */
async function firstModel(url: string): Promise<string> {
  const list = await fetch(new URL('/v1/models', url)).then(
    (answer) => answer.json() as Promise<{ data?: readonly { id?: string }[] }>,
    () => undefined,
  )
  return list?.data?.[0]?.id ?? 'unknown'
}
