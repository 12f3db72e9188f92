import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Decision, RunEvent } from '../records/index.ts'
import { fold, openJournal } from '../run/index.ts'
import { EVENTS, start } from '../run/testing/small-run.ts'
import { decide } from '../verdict/index.ts'
import { runReport } from './report.ts'
import { recordedIo } from './testing/recorded-io.ts'

const ended: RunEvent = { kind: 'ended', atMs: 50 }
const decision = decide(fold([...EVENTS, ended]))

function saved(events: readonly RunEvent[]) {
  const io = recordedIo()
  const path = join(io.cwd, 'reports', start.runId)
  mkdirSync(path, { recursive: true })
  symlinkSync(start.runId, join(io.cwd, 'reports', 'latest'))
  using journal = openJournal(path)
  for (const event of events) journal.append(event)
  return { io, path }
}

const decided = (as: Decision = decision) => saved([...EVENTS, { ...ended, decision: as }])
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

test('a saved run is rendered as it was decided, by latest, id and path; its folder stays as it was', async () => {
  const { io, path } = decided()
  const before = readdirSync(path).map((name) => [name, statSync(join(path, name)).mtimeMs])
  for (const name of ['latest', start.runId, path]) expect(await runReport(name, {}, io)).toBe(0)
  expect(io.out().match(/^# infergate: PASS$/gm)).toHaveLength(3)
  expect(lastLine(io.err())).toMatch(/^PASS: .*\(exit 0, run complete\)/)
  expect(readdirSync(path).map((name) => [name, statSync(join(path, name)).mtimeMs])).toEqual(before)
})

test('--json gives verdict.json alone on stdout', async () => {
  const { io } = decided()
  await runReport('latest', { json: true, quiet: true }, io)
  expect(JSON.parse(io.out())).toMatchObject({ runId: start.runId, verdict: 'PASS', exitCode: 0 })
  expect(io.err().trimEnd().split('\n')).toHaveLength(1)
})

test('the decision of the run is rendered, not a new one; --rejudge decides anew and says what changed', async () => {
  const strict = { ...decision, verdict: 'FAIL', exitCode: 10, reasons: ['An older rule.'] } as const
  const { io } = decided(strict)
  expect(await runReport('latest', {}, io)).toBe(10)
  expect(lastLine(io.err())).toContain('An older rule.')
  expect(await runReport('latest', { rejudge: true }, io)).toBe(0)
  expect(io.err()).toContain('Decided before: FAIL (exit 10); decided now: PASS (exit 0).')
  expect(io.err()).toContain('No reason any more: An older rule.')
  expect(io.err()).toMatch(/A new reason: .*2 of 2 checks passed/)
  const same = decided()
  await runReport('latest', { rejudge: true }, same.io)
  expect(same.io.err()).toContain('nothing changed')
})

test("a user's promise keeps its tags: a selection by them that was not judged whole stays INCONCLUSIVE", async () => {
  const selection = { tags: ['mine'] }
  const own = { id: 'my.one', suite: 'my', says: 's', required: true, tags: ['mine'] }
  const promises = [...start.promises.map((one) => ({ ...one, tags: ['mine'] })), own]
  const events: readonly RunEvent[] = [{ kind: 'started', ...start, promises, selection }, ...EVENTS.slice(1)]
  const first = decide(fold([...events, ended]))
  expect(first.verdict).toBe('INCONCLUSIVE')
  const { io } = saved([...events, { ...ended, decision: first }])
  for (const rejudge of [false, true]) expect(await runReport('latest', { rejudge }, io)).toBe(20)
  expect(io.err()).toContain('my.one')
})

test('a run that was killed shows every check that had ended, and is no PASS', async () => {
  const { io, path } = saved(EVENTS)
  for (const name of readdirSync(path)) utimesSync(join(path, name), 1_000, 1_000)
  expect(await runReport('latest', {}, io)).toBe(20)
  for (const id of ['x.one', 'x.two']) expect(io.out()).toContain(id)
  expect(lastLine(io.err())).toMatch(/^INCONCLUSIVE: .*\(exit 20, run killed\)/)
  // What the last line names is there by then.
  for (const name of ['report.md', 'report.html', 'verdict.json']) expect(readdirSync(path)).toContain(name)
})

test('a run that goes on writes its own report', async () => {
  const { io, path } = saved(EVENTS)
  expect(await runReport('latest', {}, io)).toBe(20)
  expect(readdirSync(path)).not.toContain('verdict.json')
})

test('a run that is not there is refused with what to do', async () => {
  const { io, path } = decided()
  await expect(runReport('nothing', {}, io)).rejects.toMatchObject({ code: 'run-unreadable', exitCode: 30 })
  rmSync(join(path, 'journal.jsonl'))
  await expect(runReport('latest', {}, io)).rejects.toThrow(/journal\.jsonl/)
})
