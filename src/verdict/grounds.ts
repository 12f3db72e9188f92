/** What one aspect of a run gives for a verdict. An aspect without proof keeps a PASS from being constructed. */
export type Grounds = {
  /** A promise is broken: FAIL. */
  readonly findings: readonly string[]
  /** Evidence is missing: INCONCLUSIVE. */
  readonly gaps: readonly string[]
  /** Evidence is there and cannot be used: the run is invalid. */
  readonly flaws: readonly string[]
  /** What was shown, in sentences with figures. */
  readonly proof: readonly string[]
}

const NONE: Grounds = { findings: [], gaps: [], flaws: [], proof: [] }

export const finding = (reason: string): Grounds => ({ ...NONE, findings: [reason] })
export const gap = (reason: string): Grounds => ({ ...NONE, gaps: [reason] })
export const flaw = (reason: string): Grounds => ({ ...NONE, flaws: [reason] })
export const proof = (reason: string): Grounds => ({ ...NONE, proof: [reason] })

/** Several as one, in their order. */
export function joined(all: readonly Grounds[]): Grounds {
  return {
    findings: all.flatMap(({ findings }) => findings),
    gaps: all.flatMap(({ gaps }) => gaps),
    flaws: all.flatMap(({ flaws }) => flaws),
    proof: all.flatMap((one) => one.proof),
  }
}
