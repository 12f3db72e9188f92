import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lifeOf, ownHolder } from './holder.ts'
import { Ledger } from './ledger.ts'

const entry = (deployId: string) => ({
  ...{ target: 'staging', deployId, folder: `/reports/${deployId}`, holder: ownHolder('ops') },
  begunAt: '2026-03-01T00:00:00.000Z',
})
const file = () => join(mkdtempSync(join(tmpdir(), 'infergate-ledger-')), 'h.sqlite')

test('of two deploys the second sees the first, and leaves it where it may not follow', () => {
  const history = file()
  using one = new Ledger(history)
  using other = new Ledger(history)
  one.take(entry('first'), (before) => expect(before).toBeUndefined())
  const refuse = () => {
    throw new Error('held')
  }
  expect(() => other.take(entry('second'), refuse)).toThrow('held')
  expect(other.last('staging')).toMatchObject({ deployId: 'first', holder: { pid: process.pid, by: 'ops' } })
  expect(other.last('production')).toBeUndefined()
  one.end('first', '2026-03-01T00:01:00.000Z')
  expect(other.last('staging')?.endedAt).toBe('2026-03-01T00:01:00.000Z')
  other.take(entry('second'), (before) => expect(before?.deployId).toBe('first'))
  expect(one.last('staging')).toMatchObject({ deployId: 'second' })
  expect(one.last('staging')?.endedAt).toBeUndefined()
})

test('a holder lives as long as its process: another process of its id is not it, and another machine cannot be asked', () => {
  const own = ownHolder('ops')
  expect(lifeOf(own)).toBe('alive')
  expect(lifeOf({ ...own, started: '1' })).toBe('dead')
  expect(lifeOf({ ...own, pid: 2 ** 22 + 1 })).toBe('dead')
  expect(lifeOf({ ...own, host: 'elsewhere.example' })).toBe('elsewhere')
})

test('a ledger that cannot be used says so with its file', () => {
  expect(() => new Ledger('/dev/null/history.sqlite')).toThrow(
    /two deploys of one target apart, cannot be used/,
  )
})
