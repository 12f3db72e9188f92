import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { nightsBefore } from '../testing/nights.ts'
import { emptyFolder, ended, readReport, readVerdict, runCli, startCli } from '../testing/run-cli.ts'

const CONFIG = {
  target: 'staging',
  targets: { staging: { kind: 'simulator' }, pinned: { kind: 'simulator', seed: 2 } },
  nightly: { reference: 'pinned' },
}
const STEP = 28

let exported = ''

/** A folder with the configuration, and forty nights of which the last twelve are slower by a revision. */
async function folderWithNights(): Promise<string> {
  const cwd = folder()
  const nights = nightsBefore(exported, 40, (night) =>
    night < STEP
      ? { attributes: { revision: 'a' } }
      : {
          ...{ factor: 1.2, attributes: { revision: 'b' } },
          fingerprint: { faults: ['ttft-regression:factor=3'] },
        },
  )
  writeFileSync(join(cwd, 'nights.jsonl'), nights)
  const { code, stderr } = await runCli(['history', 'import', 'nights.jsonl'], { cwd })
  expect(code, stderr).toBe(0)
  return cwd
}

function folder(): string {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'infergate.config.json'), JSON.stringify(CONFIG))
  return cwd
}

beforeAll(async () => {
  const first = await runCli(['nightly'], { cwd: folder() })
  expect(first.code, first.stderr).toBe(0)
  expect(first.stderr).toContain('First the reference: pinned.')
  expect(first.stderr).toContain('There are too few nights for an accepted level')
  expect(first.stderr).toContain('This is night 1 of staging')
  expect(first.stdout).toContain('Too few nights count to say whether anything moved.')
  exported = (await runCli(['history', 'export'], first)).stdout
})

test('a night is added beside its reference, held against the accepted nights, and its trend says since when', async () => {
  const cwd = await folderWithNights()
  const night = await runCli(['nightly', '--json'], { cwd })
  // How busy this machine is decides its word; what it was held against does not depend on that.
  expect([0, 10, 20], night.stderr).toContain(night.code)
  expect(JSON.parse(night.stdout)).toMatchObject({
    runId: readVerdict({ cwd }).runId,
    versus: { mode: 'stored', baseline: expect.stringMatching(/-bench-night$/) },
  })
  expect(night.stderr).toContain('This is night 41 of staging')
  expect(night.stderr).toMatch(/Since \d{4}-\d\d-\d\d: .*e2eMsP50.*Cause: revision: a → b/)
  const { series } = JSON.parse((await runCli(['trend', '--json'], { cwd })).stdout)
  const warm = series.find(
    ({ trend }: { trend: { series: { metric: string } } }) => trend.series.metric === 'e2eMsP50',
  )
  expect(warm.nights).toHaveLength(41)
  expect(warm.nights.at(-1)).toMatchObject({ starts: 3, reference: expect.any(Number) })
  expect(warm.trend).toMatchObject({ againstReference: true, changes: [{ status: 'open', kind: 'step' }] })
  // The reference is no series of its own.
  expect(new Set(series.map(({ trend }: typeof warm) => trend.series.targetName))).toEqual(
    new Set(['staging']),
  )
})

test('a night three times as slow to its first token fails, and the reason names the metric', async () => {
  const cwd = await folderWithNights()
  const night = await runCli(['nightly', '--fault', 'ttft-regression:factor=4'], { cwd })
  expect(night.code, night.stderr).toBe(10)
  expect(readVerdict({ cwd }).reasons.join()).toContain('ttftMsP50')
})

test('a night that is interrupted is no point of its series, and its report is kept', async () => {
  const cwd = await folderWithNights()
  const child = startCli(['nightly'], { cwd })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    // The second target is the candidate.
    if (!said.includes('cold starts of staging') && (said + text).includes('cold starts of staging'))
      child.kill('SIGINT')
    said += text
  })
  const { code } = await ended(child)
  expect(code, said).toBe(130)
  expect(said).toContain('This night is no point of its series: its run is interrupted.')
  expect(readReport({ cwd }, 'journal.jsonl')).toContain('"kind":"cut"')
  const trend = await runCli(['trend', 'e2eMsP50'], { cwd })
  expect(trend.stdout).toContain('40 nights')
})

test('a change that was accepted fails nothing any more', async () => {
  const cwd = await folderWithNights()
  expect((await runCli(['trend', '--fail-on-change'], { cwd })).code).toBe(10)
  const accepted = await runCli(['trend', 'accept', '--reason', 'b does more'], { cwd })
  expect(accepted.code, accepted.stderr).toBe(0)
  expect((await runCli(['trend', '--fail-on-change'], { cwd })).code).toBe(0)
})

test('what moved is measured again in pairs of the last good and the first bad version', async () => {
  const cwd = await folderWithNights()
  const again = await runCli(['trend', 'confirm', '--metric', 'ttftMsP50'], { cwd })
  // On a machine too busy to measure, the pairs say so.
  expect([10, 20], again.stderr).toContain(again.code)
  expect(again.stderr).toMatch(/Measured again in pairs: staging as on .* against staging as on /)
  expect(again.stdout).toMatch(/ttftMsP50 \(warm\) of staging: (the change is confirmed|not settled)/)
  expect(readVerdict({ cwd }).versus?.differences.join()).toContain('ttft-regression:factor=3')
})
