import { EXIT } from '../../errors.ts'
import type { Compared, StoredBaseline } from '../../records/index.ts'
import { type Candidate, heldAgainst } from './judge-stored.ts'

type Outcome = Pick<Compared, 'verdict' | 'exitCode' | 'reasons' | 'comparisons' | 'versus'>

/** Two saved runs held against each other: their speed and their errors, and nothing else of them. */
export function compareRuns(baseline: StoredBaseline, candidate: Candidate): Outcome {
  const { comparisons, versus } = heldAgainst(baseline, candidate)
  const of = (outcome: 'failed' | 'inconclusive' | 'passed') =>
    comparisons
      .filter((one) => one.outcome === outcome)
      .map(
        ({ id, reason }) => `${id} ${outcome === 'inconclusive' ? 'is inconclusive' : outcome}: ${reason}.`,
      )
  const [failed, open, passed] = [of('failed'), of('inconclusive'), of('passed')]
  const common = { comparisons, versus }
  if (failed.length > 0)
    return { verdict: 'FAIL', exitCode: EXIT.fail, reasons: [...failed, ...open], ...common }
  if (open.length > 0 || passed.length === 0)
    return { verdict: 'INCONCLUSIVE', exitCode: EXIT.inconclusive, reasons: open, ...common }
  return { verdict: 'PASS', exitCode: EXIT.pass, reasons: passed, ...common }
}
