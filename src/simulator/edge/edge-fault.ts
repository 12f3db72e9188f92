import { HarnessError } from '../../errors.ts'

/**
 * One way in which a service that scales to zero has really gone wrong. It shows from the second boot on, so that the service is
 * found healthy: what is wrong is how it wakes.
 */
export type EdgeFault = {
  readonly id: string
  /** The symptom on the wire. */
  readonly says: string
  /** Where it was seen. */
  readonly source: string
}

export const EDGE_FAULTS = [
  {
    id: 'never-wakes',
    says: 'once it has gone to sleep it does not wake: requests are held, refused or sent round for ever',
    source: 'https://github.com/kedacore/http-add-on/issues/1492',
  },
  {
    id: 'wake-answers-error',
    says: 'it wakes, and its first answer is an error',
    source: 'rand/ananke FIX_SUMMARY.md',
  },
  {
    id: 'wakes-twice',
    says: 'it wakes, answers once, and loads the model again for the next request',
    source: 'rand/ananke maze/modal_inference/BEFORE_AFTER.md',
  },
  {
    id: 'wake-loses-request',
    says: 'it wakes, and the request that woke it is never answered: its connection is closed',
    source: 'https://github.com/kedacore/keda/issues/6987',
  },
  {
    id: 'same-random-state',
    says: 'each copy wakes with the same random state, so all sample the same answers in the same order',
    source: 'https://docs.vllm.ai/en/latest/usage/reproducibility/',
  },
] as const satisfies readonly EdgeFault[]

export type EdgeFaultId = (typeof EDGE_FAULTS)[number]['id']

export const isEdgeFault = (id: string): id is EdgeFaultId => EDGE_FAULTS.some((fault) => fault.id === id)

/** Throws `usage` for faults of a service that sleeps, where none does. */
export function requireSleep(faults: readonly string[], sleeps: boolean): void {
  const [first] = faults.filter(isEdgeFault)
  if (first !== undefined && !sleeps)
    throw new HarnessError(
      'usage',
      `The fault ${first} is one of a service that sleeps: give --sleep-after as well.`,
    )
}
