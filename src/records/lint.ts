/** How sure a finding is to hurt: an error breaks requests or bills a GPU for nothing, a warning hides such a thing. */
export type LintSeverity = 'error' | 'warning'

/** A stretch of a file: lines and columns from 1, columns in characters; the end is the first column behind it. */
export type LintPlace = {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export type LintFinding = {
  readonly rule: string
  readonly severity: LintSeverity
  readonly file: string
  readonly place: LintPlace
  /** One sentence about this place: subject, then what is wrong. */
  readonly message: string
  /** The first line of the place; a secret in it is not shown. */
  readonly sourceLine: string
  /** Where the mark below that line goes: columns from 1, of the line as it is shown. */
  readonly mark: { readonly column: number; readonly length: number }
}

/** A rule as people read it. */
export type LintRuleText = {
  readonly id: string
  readonly severity: LintSeverity
  /** What it finds, one line. */
  readonly says: string
  readonly why: string
  readonly fix: string
}

/** A file that could not be judged. */
export type LintUnreadable = {
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly reason: string
}

export type LintReport = {
  readonly files: number
  readonly findings: readonly LintFinding[]
  readonly unreadable: readonly LintUnreadable[]
  /** Findings that a comment in the source accepts. */
  readonly ignored: number
  /** Every rule that was asked, in the order of the list. */
  readonly rules: readonly LintRuleText[]
}
