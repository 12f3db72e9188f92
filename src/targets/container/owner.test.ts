import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Owner, thisOwner } from '../../owner.ts'
import { leftoverReason, ownerLabels } from './owner.ts'

const now = new Date('2026-01-02T03:04:05Z')
const later = new Date(now.getTime() + 60_000)
const labelsOf = (changes: Partial<Owner>, expires = later) =>
  ownerLabels('a-run', expires, { ...thisOwner(), ...changes })

test('what a living process made stays until its time to live ends', () => {
  expect(leftoverReason(labelsOf({}), now)).toBeUndefined()
  expect(leftoverReason(labelsOf({}, now), now)).toMatch(/time to live ended at 2026-01-02T03:04:05/)
})

test('what a dead process made may go', () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  expect(leftoverReason(labelsOf({ pid, started: '1' }), now)).toContain(`(pid ${pid}) is gone`)
})

test.skipIf(process.platform !== 'linux')(
  'a later process with the id of a dead one does not keep it',
  () => {
    expect(leftoverReason(labelsOf({ started: '1' }), now)).toContain('is gone')
  },
)

test('what was made before the machine was started anew may go', () => {
  expect(leftoverReason(labelsOf({ boot: 'another' }), now)).toContain('started anew')
})

test('where process ids mean something else only the time to live counts', () => {
  const elsewhere = [
    { host: 'another-machine', pid: 1, started: '1' },
    { namespace: '1', pid: 1, started: '1' },
  ]
  for (const owner of elsewhere) {
    expect(leftoverReason(labelsOf(owner), now)).toBeUndefined()
    expect(leftoverReason(labelsOf(owner, now), now)).toBeDefined()
  }
})

test('labels that cannot be read keep what carries them', () => {
  expect(leftoverReason({}, now)).toBeUndefined()
  expect(leftoverReason({ 'infergate.owner': 'x', 'infergate.expires': 'never' }, now)).toBeUndefined()
})
