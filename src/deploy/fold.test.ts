import { expect, test } from 'vitest'
import type { DeployEvent } from './events.ts'
import { foldDeploy, wayBackText } from './fold.ts'

const PASSED: readonly DeployEvent[] = [
  { kind: 'begun', step: 'deploy', atMs: 1 },
  { kind: 'done', step: 'deploy', atMs: 2, says: '' },
  { kind: 'ended', atMs: 3, exitCode: 0, says: 'PASS' },
]

test('a roll-back that begins later is what is told of, not how the deploy had ended', () => {
  expect(foldDeploy(PASSED).ended?.says).toBe('PASS')
  const died = foldDeploy([...PASSED, { kind: 'begun', step: 'roll-back', atMs: 4 }])
  expect([died.open, died.ended, wayBackText(died)]).toEqual([
    'roll-back',
    undefined,
    'The roll-back did not come to its end.',
  ])
})

test('an interrupt is forgotten once a roll-back goes on from there', () => {
  const interrupted = foldDeploy([...PASSED.slice(0, 1), { kind: 'interrupted', atMs: 2, says: 'x' }])
  expect([interrupted.interrupted, wayBackText(interrupted)]).toEqual(['x', 'Nothing was rolled back.'])
  const goesOn = foldDeploy([
    ...PASSED.slice(0, 1),
    { kind: 'interrupted', atMs: 2, says: 'x' },
    { kind: 'begun', step: 'roll-back', atMs: 3 },
  ])
  expect(goesOn.interrupted).toBeUndefined()
})
