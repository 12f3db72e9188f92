import { FAMILIES, FAULTS } from '../simulator/index.ts'
import { ANY, type JudgedFault } from './outcome.ts'
import { isProven, type JudgedClean, type Proof } from './proof.ts'
import { headline, nameOf, sayWhyNot } from './sentences.ts'
import type { Word } from './subject.ts'

/**
 * The proof as a page shows it: a line a run with a fault, a sign a check. C failed and states the cause, F failed, M is about the
 * fault and did not see it, S is about it and passed where another check proves it, I inconclusive, N not applicable, P passed,
 * a space: not asked.
 */
export function matrixOf(proof: Proof) {
  const { toolVersion, startedAt, durationMs, jobs, cores, faults, clean, notJudged } = proof
  const checks = [...new Set([...faults, ...clean].flatMap(({ words }) => words.map(({ id }) => id)))]
  return {
    ...{ toolVersion, startedAt, durationMs, jobs, cores, checks },
    ...{ isProven: isProven(proof), headline: headline(proof), families: FAMILIES },
    isQuick: faults.some(({ subject }) => subject.only !== undefined),
    notJudged: notJudged.map(nameOf),
    faults: faults.map((one) => faultOf(one, checks)),
    healthy: clean.map(healthyOf),
  }
}

function faultOf(one: JudgedFault, checks: readonly string[]) {
  const { subject, outcome, verdict, exitCode, failed, proof, firstFailureMs, isSecond } = one
  const {
    id = '',
    says = '',
    source = '',
    family = '',
    needs,
  } = FAULTS.find((fault) => fault.id === subject.fault) ?? {}
  const by = proof ?? failed[0]
  return {
    ...{ fault: id, dialect: subject.dialect, says, source, family, outcome, verdict, exitCode },
    ...(by && { by: by.id, reason: by.reason ?? '' }),
    ...(outcome !== 'proven' && { why: sayWhyNot(one) }),
    ...(needs !== undefined && { needs }),
    ...(firstFailureMs !== undefined && { firstFailureMs }),
    others: Math.max(0, failed.length - 1),
    isAlone: isSecond ?? false,
    cells: cellsOf(one, checks),
  }
}

function cellsOf({ subject, words, outcome }: JudgedFault, checks: readonly string[]): string {
  const caughtBy = FAULTS.find(({ id }) => id === subject.fault)?.caughtBy ?? {}
  const said = new Map(words.map((word) => [word.id, word]))
  const sign = (word: Word | undefined): string => {
    if (!word) return ' '
    const states = caughtBy[word.id] ?? caughtBy[ANY]
    if (word.outcome === 'failed') return states?.test(word.reason ?? '') ? 'C' : 'F'
    if (word.outcome === 'inconclusive') return 'I'
    if (word.outcome === 'not-applicable') return 'N'
    if (!(word.id in caughtBy)) return 'P'
    return outcome === 'proven' ? 'S' : 'M'
  }
  return checks.map((id) => sign(said.get(id))).join('')
}

const healthyOf = ({ subject, verdict, alarms }: JudgedClean) => ({
  ...{ name: nameOf(subject), dialect: subject.dialect, seed: subject.seed, verdict, alarms },
  isBusy: subject.isBusy ?? false,
})
