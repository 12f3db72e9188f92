import type { JudgedFault } from './outcome.ts'
import { isProven, type JudgedClean, type Proof } from './proof.ts'

/** The proof for other tools: of each simulator what every check said, and the reasons of those that did not hold. */
export const toJson = (proof: Proof) => ({
  schemaVersion: 1,
  proven: isProven(proof),
  state: proof.notJudged.length === 0 ? 'complete' : 'interrupted',
  ...proof,
  faults: proof.faults.map(({ reasons: _, ...one }) => compact(one)),
  clean: proof.clean.map(({ reasons: _, ...one }) => compact(one)),
})

/** The words of a run as one object: the matrix has tens of thousands of cells. */
const compact = ({ words, ...one }: Omit<JudgedFault, 'reasons'> | Omit<JudgedClean, 'reasons'>) => ({
  ...one,
  outcomes: Object.fromEntries(words.map(({ id, outcome }) => [id, outcome])),
})
