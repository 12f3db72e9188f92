/** What a sign of the matrix says, in the word that stands in its cell, and what the word means. No word: passed, as it should. */
export const CELLS: Readonly<Record<string, readonly [word: string, means: string]>> = {
  C: ['cause', 'the check failed, and its reason states the cause'],
  F: ['failed', 'the check failed, and says something else'],
  M: ['missed', 'the check is about the fault and passed, and no other check proves the fault'],
  S: ['passed', 'the check is about the fault and passed; another check proves the fault'],
  I: ['open', 'the check was inconclusive'],
  N: ['n/a', 'the check did not apply'],
}

/** The signs for which a column or a row is shown: the rest says nothing of a fault. */
export const SAYING = 'CFMS'

/** What the page hands to its script. */
export type MatrixData = {
  readonly checks: readonly string[]
  readonly families: Readonly<Record<string, string>>
  readonly rows: readonly {
    readonly fault: string
    readonly dialect: string
    readonly family: string
    readonly outcome: string
    readonly cells: string
  }[]
}
