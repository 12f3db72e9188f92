import { expect, test } from 'vitest'
import type { Sample } from '../src/records/index.ts'
import { ended, readReport, startCli } from '../testing/run-cli.ts'
import { survivors, until } from '../testing/survivors.ts'

/** A long load that was begun, with at least twenty answers. */
async function underLoad(workers: number) {
  const marker = `load-${workers}-${process.pid}`
  const child = startCli(
    ['bench', '--target', 'simulator', '--rate', '50', '--duration', '120', '--workers', `${workers}`],
    { env: { INFERGATE_COLD_STARTS: '1', INFERGATE_E2E_MARKER: marker } },
  )
  const end = ended(child)
  const steady = (): Sample[] => {
    try {
      const lines = readReport(child, 'samples.jsonl').split('\n').slice(0, -1)
      return lines.map((line) => JSON.parse(line)).filter(({ warmth }) => warmth === 'steady')
    } catch {
      return []
    }
  }
  await until(() => steady().length >= 20, 60_000)
  return { child, end, steady, marker }
}

test.each([1, 2])(
  'Ctrl-C ends a load of %i workers with exit 130, and all that it had measured',
  async (workers) => {
    const { child, end, steady } = await underLoad(workers)
    const before = steady().length
    child.kill('SIGINT')
    const { code, stderr } = await end
    expect(code, stderr).toBe(130)
    expect(stderr).toContain('The load ended: the run was stopped while the load was sent.')
    expect(steady().length).toBeGreaterThanOrEqual(before)
    const driven = readReport(child, 'journal.jsonl')
      .split('\n')
      .find((line) => line.startsWith('{"kind":"driven"'))
    expect(JSON.parse(driven ?? '{}').driven).toMatchObject({ end: { by: 'interrupted' } })
  },
)

test('a load that is killed outright leaves none of its workers, and whole lines', async () => {
  const { child, end, steady, marker } = await underLoad(2)
  child.kill('SIGKILL')
  await end
  await until(() => survivors(`INFERGATE_E2E_MARKER=${marker}`).length === 0, 20_000)
  expect(survivors(`INFERGATE_E2E_MARKER=${marker}`)).toEqual([])
  expect(steady().length).toBeGreaterThanOrEqual(20)
})
