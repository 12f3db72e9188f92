import type { LintRuleText } from '../../records/index.ts'
import type { Model } from '../model/model.ts'
import type { Located, StmtNode } from '../syntax.ts'
import type { Versions } from '../versions.ts'

/** One file as a rule sees it. */
export type File = {
  readonly model: Model
  readonly body: readonly StmtNode[]
  readonly versions: Versions
}

export type Found = {
  readonly at: Located
  /** One sentence, with the names of the file. */
  readonly message: string
  readonly severity?: LintRuleText['severity']
}

export type Rule = LintRuleText & {
  /** The smallest app that has it, and the same app without it. */
  readonly example: { readonly bad: string; readonly good: string }
  find(file: File): readonly Found[]
}
