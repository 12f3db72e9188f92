import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startCli } from '../testing/run-cli.ts'

/** Processes that this run of the command started, found by the marker in their environment. */
function survivors(marker: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return environment.includes(marker)
          ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
          : []
      } catch {
        // It ended while we looked, or is another user's.
        return []
      }
    })
}

const until = async (done: () => boolean, ms: number): Promise<void> => {
  for (const end = Date.now() + ms; !done() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 50))
}

for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
  test(`nothing of a run is left after ${signal} in the middle of its checks`, async () => {
    const marker = `INFERGATE_E2E_MARKER=${signal}-${process.pid}`
    const child = startCli(['gate', '--target', 'simulator'], {
      env: { INFERGATE_COLD_STARTS: '1', INFERGATE_E2E_MARKER: `${signal}-${process.pid}` },
    })
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    await until(() => /checks \d/.test(stderr), 60_000)
    // A search that finds nothing now would prove nothing later.
    expect(survivors(marker).join()).toMatch(/simulator.main/)
    child.kill(signal)
    await until(() => survivors(marker).length === 0, 15_000)
    expect(survivors(marker)).toEqual([])
  })
}
