import { expect, test } from 'vitest'
import { startCli } from '../testing/run-cli.ts'
import { survivors, until } from '../testing/survivors.ts'

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
