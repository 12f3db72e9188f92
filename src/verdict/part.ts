/** What one part of a run says about the question. A part without proof keeps a PASS from being constructed. */
export type Part = {
  /** A promise is broken: FAIL. */
  readonly findings: readonly string[]
  /** Evidence is missing: INCONCLUSIVE. */
  readonly doubts: readonly string[]
  /** What was shown, in sentences with figures. */
  readonly proof: readonly string[]
}

export const finding = (reason: string): Part => ({ findings: [reason], doubts: [], proof: [] })
export const doubt = (reason: string): Part => ({ findings: [], doubts: [reason], proof: [] })
export const proof = (reason: string): Part => ({ findings: [], doubts: [], proof: [reason] })

/** Several parts as one, in their order. */
export function joined(parts: readonly Part[]): Part {
  return {
    findings: parts.flatMap(({ findings }) => findings),
    doubts: parts.flatMap(({ doubts }) => doubts),
    proof: parts.flatMap((part) => part.proof),
  }
}
