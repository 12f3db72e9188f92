import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRunFolder, type Report } from '../reporters/index.ts'
import { runReport } from './report.ts'
import { recordedIo } from './testing/recorded-io.ts'

const { run, verdict }: Report = JSON.parse(
  readFileSync(new URL('../../fixtures/reports/fail.json', import.meta.url), 'utf8'),
)

async function folderWithRun() {
  const io = recordedIo()
  using folder = await openRunFolder(join(io.cwd, 'reports'), run.runId)
  folder.writeReports(run, verdict)
  return { io, path: folder.path }
}

test('a saved run is decided again and rendered, by latest, id and path; its folder stays as it was', async () => {
  const { io, path } = await folderWithRun()
  const before = readdirSync(path).map((name) => [name, statSync(join(path, name)).mtimeMs])
  for (const name of ['latest', run.runId, path]) expect(await runReport(name, {}, io)).toBe(10)
  expect(io.out().match(/^# infergate: FAIL$/gm)).toHaveLength(3)
  expect(io.out()).toContain('health.agrees-with-generation')
  expect(io.err().trimEnd().split('\n').at(-1)).toMatch(/^FAIL: .*\(exit 10/)
  expect(readdirSync(path).map((name) => [name, statSync(join(path, name)).mtimeMs])).toEqual(before)
})

test('--json gives verdict.json alone on stdout', async () => {
  const { io } = await folderWithRun()
  await runReport('latest', { json: true, quiet: true }, io)
  expect(JSON.parse(io.out())).toMatchObject({ runId: run.runId, verdict: 'FAIL', exitCode: 10 })
  expect(io.err().trimEnd().split('\n')).toHaveLength(1)
})

test('a run that was killed before its verdict is partial and never a PASS', async () => {
  const io = recordedIo()
  using folder = await openRunFolder(join(io.cwd, 'reports'), run.runId)
  const { cut: _cut, ...whole } = run
  folder.writeRun({ ...whole, checks: [] })
  await runReport('latest', { json: true }, io)
  expect(JSON.parse(io.out())).toMatchObject({ partial: true, exitCode: 143 })
})

test('a run that is not there is refused with what to do', async () => {
  const { io, path } = await folderWithRun()
  await expect(runReport('nothing', {}, io)).rejects.toMatchObject({ code: 'run-unreadable', exitCode: 30 })
  rmSync(join(path, 'run.json'))
  await expect(runReport('latest', {}, io)).rejects.toThrow(/run\.json/)
})
