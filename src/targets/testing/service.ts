import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../clock.ts'
import type { Probe, ProbeOutcome, ProcessTarget, RunningTarget, TargetSpec } from '../../records/index.ts'
import { type StartOptions, startTarget } from '../index.ts'

/** Where a test file's services and logs lie. */
export const scratchFolder = (): string => mkdtempSync(join(tmpdir(), 'infergate-target-'))

/** A service in a file of its own. `health` is the body of `() => status`, `generate` of `() => [status, text]`. */
export function service(
  folder: string,
  name: string,
  parts: { readonly before?: string; readonly health?: string; readonly generate?: string },
): ProcessTarget {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(
    file,
    `import { createServer } from 'node:http'
    const health = () => { ${parts.health ?? 'return 200'} }
    const generate = () => { ${parts.generate ?? "return [200, 'hello']"} }
    console.log('booting ' + process.env.GREETING)
    ${parts.before ?? ''}
    createServer((request, response) => {
      if (request.url === '/health') return response.writeHead(health()).end()
      const answer = generate()
      if (answer) response.writeHead(answer[0]).end(answer[1])
    }).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'))`,
  )
  return {
    kind: 'process',
    dialect: 'openai',
    command: [process.execPath, file, '{port}'],
    // Long, since some of these tests use a clock that is five times as fast.
    readyTimeoutMs: 300_000,
  }
}

const ask = async (url: string, signal: AbortSignal): Promise<ProbeOutcome> => {
  try {
    const response = await fetch(url, { signal })
    const text = await response.text()
    const { ok, status } = response
    if (!ok)
      return {
        ...{ ok, failure: 'http-status', status, message: text },
        ...(status === 404 && { routeAbsent: true }),
      }
    return text === 'broken'
      ? { ok: false, failure: 'service-error', status: 200, message: "no attribute 'llm'" }
      : { ok: true, e2eMs: 1 }
  } catch (error) {
    return { ok: false, failure: signal.aborted ? 'aborted' : 'connect', message: String(error) }
  }
}

/** The service's own words, read without the client. */
export const probe: Probe = {
  health: (address, signal) => ask(`${address.urls?.health ?? `${address.baseUrl}/health`}`, signal),
  generate: (address, signal) => ask(`${address.urls?.generate ?? `${address.baseUrl}/generate`}`, signal),
}

/** Five times as fast, for the waits that are long by design. */
export const fast: Clock = {
  now: systemClock.now,
  monotonicMs: () => systemClock.monotonicMs() * 5,
  sleep: (ms, signal) => systemClock.sleep(ms / 5, signal),
}

/** A start of a service as most tests want it. */
export const start = (spec: TargetSpec, options: Partial<StartOptions> = {}): Promise<RunningTarget> =>
  startTarget(spec, { index: 0, probe, ...options })
