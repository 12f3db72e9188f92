import { expect, test } from 'vitest'
import { FAULTS } from '../faults/catalogue.ts'
import type { Fault } from '../faults/fault.ts'
import type { Profile } from '../profiles.ts'
import type { SimulatorDialect } from '../simulator.ts'
import { look, type Observation, QUICK } from './observe.ts'

type TableOptions = {
  readonly profile?: Profile
  /** Faults of pace and load: what runs beside them would blur them. */
  readonly oneByOne?: readonly string[]
}

/** Each fault of some families, in each of its dialects: the symptom shows when it is on, and not when it is off. */
export function testFaults(
  faults: readonly Fault[],
  observations: Readonly<Record<string, Observation>>,
  { profile = QUICK, oneByOne = [] }: TableOptions = {},
): void {
  test('every fault of the family is observed', () => {
    expect(Object.keys(observations).toSorted()).toEqual(faults.map(({ id }) => id).toSorted())
    for (const fault of faults) expect(FAULTS).toContain(fault)
  })
  const rows = faults.flatMap(({ id, dialects }) => dialects.map((dialect) => [id, dialect] as const))
  const [alone, together] = [true, false].map((is) => rows.filter(([id]) => oneByOne.includes(id) === is))
  const see = (id: string, dialect: SimulatorDialect, on: boolean) => {
    const observe = observations[id] ?? (() => Promise.reject(new Error('no observation')))
    return look(dialect, on ? [id] : [], observe, profile)
  }
  // Almost all of it is waiting, so the rows wait together.
  test.concurrent.each(together ?? [])('%s shows on %s when it is on, and only then', async (id, dialect) => {
    expect(await Promise.all([see(id, dialect, true), see(id, dialect, false)])).toEqual([true, false])
  })
  test.each(alone ?? [])('%s shows on %s when it is on, and only then', async (id, dialect) => {
    expect(await see(id, dialect, true)).toBe(true)
    expect(await see(id, dialect, false)).toBe(false)
  })
}
