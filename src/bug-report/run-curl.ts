import { execFile } from 'node:child_process'
import type { CurlRun, Tries } from '../records/index.ts'
import type { Sign } from './sign.ts'

/** What curl's own exit codes say of a failure (curl's manual, EXIT CODES). */
const EXITS: Readonly<Partial<Record<NonNullable<Sign['failure']>, readonly number[]>>> = {
  dns: [5, 6],
  connect: [7],
  tls: [35, 51, 53, 54, 58, 59, 60, 77],
  timeout: [28],
  reset: [52, 55, 56],
  'truncated-body': [18, 56],
  'truncated-stream': [18, 56],
}
const KEPT = 4_096
const MAX_OUTPUT = 8 * 2 ** 20

export type CurlOptions = {
  readonly sign: Sign
  /** What the service said when it failed, word by word. */
  readonly message: string
  readonly status: number | undefined
  readonly sentBody: string | undefined
  readonly times: number
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly redact: (text: string) => string
  readonly signal?: AbortSignal
}

/** Runs the line as its reader will, in a shell; undefined where there is no curl. Ends with the first try that shows the failure. */
export async function runCurl(line: string, options: CurlOptions): Promise<CurlRun | undefined> {
  const { times, redact } = options
  const version = /^curl [\w.-]+/.exec((await shell('curl --version', options)).output)?.[0]
  if (version === undefined) return undefined
  let last: { readonly exitCode: number | null; readonly output: string } = { exitCode: null, output: '' }
  let repeats: CurlRun['repeats'] = 'no'
  let of = 0
  while (of < times && repeats === 'no') {
    const { exitCode, output } = await shell(line, options)
    // What the service said is known in these words: a secret in it stands as its label.
    last = { exitCode, output: redact(output) }
    repeats = await tell(last, options)
    of++
  }
  const tries: Tries = { shown: repeats === 'yes' ? 1 : 0, of }
  return { version, exitCode: last.exitCode, repeats, tries, output: last.output.slice(0, KEPT) }
}

async function tell(
  { exitCode, output }: { readonly exitCode: number | null; readonly output: string },
  { sign, message, status, sentBody }: CurlOptions,
): Promise<CurlRun['repeats']> {
  if (sign.isInBody) return (await sign.isInBody(bodyOf(output), sentBody)) ? 'yes' : 'no'

  if (sign.by !== 'failure' || sign.failure === undefined) return 'untold'
  const exits = EXITS[sign.failure]
  const isStatus = status === undefined || new RegExp(`^HTTP/[\\d.]+ ${status}\\b`, 'm').test(output)
  if (sign.failure === 'truncated-stream' && exitCode === 0)
    return isStatus && !output.includes('[DONE]') ? 'yes' : 'no'
  if (exits) return exits.includes(exitCode ?? -1) ? 'yes' : 'no'
  if (sign.failure !== 'service-error' && sign.failure !== 'http-status') return 'untold'
  return exitCode === 0 && isStatus && holds(output, message) ? 'yes' : 'no'
}

/** With -i the head stands before the body. */
const bodyOf = (output: string): string => output.slice(output.indexOf('\r\n\r\n') + 4)

/** Numbers and ids of a message change from answer to answer: its words have to stand there, in order. */
function holds(output: string, message: string): boolean {
  const words = message
    .replace(/^HTTP \d+:? ?/, '')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2)
  let at = 0
  for (const word of words) {
    at = output.indexOf(word, at)
    if (at < 0) return false
    at += word.length
  }
  return true
}

function shell(
  line: string,
  { timeoutMs, env, signal }: CurlOptions,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(
      ...(['sh', ['-c', line]] as const),
      { env: { ...env }, timeout: timeoutMs + 5_000, maxBuffer: MAX_OUTPUT, ...(signal && { signal }) },
      (error, stdout) => {
        const code = error ? (typeof error.code === 'number' ? error.code : null) : 0
        resolve({ exitCode: code, output: stdout })
      },
    )
  })
}
