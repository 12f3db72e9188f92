import { expect, test } from 'vitest'
import { FAULTS } from '../faults/catalogue.ts'
import type { Fault } from '../faults/fault.ts'
import type { Profile } from '../profiles.ts'
import { look, type Observation, QUICK } from './observe.ts'

/** Each fault of some families, in each of its dialects: the symptom shows when it is on, and not when it is off. */
export function testFaults(
  faults: readonly Fault[],
  observations: Readonly<Record<string, Observation>>,
  profile: Profile = QUICK,
): void {
  test('every fault of the family is observed', () => {
    expect(Object.keys(observations).toSorted()).toEqual(faults.map(({ id }) => id).toSorted())
    for (const fault of faults) expect(FAULTS).toContain(fault)
  })
  const rows = faults.flatMap(({ id, dialects }) => dialects.map((dialect) => [id, dialect] as const))
  test.each(rows)('%s shows on %s when it is on, and only then', async (id, dialect) => {
    const observe = observations[id] ?? (() => Promise.reject(new Error('no observation')))
    expect(await look(dialect, [id], observe, profile)).toBe(true)
    expect(await look(dialect, [], observe, profile)).toBe(false)
  })
}
