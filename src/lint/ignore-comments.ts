import type { LintRuleText } from '../records/index.ts'
import { type CommentText, commentsOf } from './parse.ts'
import type { Found } from './rules/index.ts'

/** What is wrong with a comment that accepts findings: a rule of its own, which no comment can accept. */
export const IGNORE_RULE: LintRuleText = {
  id: 'ignore-comment',
  severity: 'warning',
  says: 'A comment that accepts a finding has no reason, names no rule, or accepts nothing.',
  why: 'A finding that nobody justified comes back as an incident, and a comment that accepts nothing hides the next finding on its line.',
  fix: 'Write # infergate: ignore[rule] and the reason behind it, on the line of the finding or alone on the line before; remove what accepts nothing.',
}

const MARK = /#\s*infergate:\s*ignore\b/
const FORM = /#\s*infergate:\s*ignore\[([^\]]*)\][\s:–-]*(.*)$/

type Ignore = {
  readonly comment: CommentText
  /** The line whose findings it accepts. */
  readonly line: number
  readonly rules: readonly string[]
  readonly reason: string
}

export type Ignores = {
  /** Whether a finding of this rule on this line is accepted. */
  accepts(rule: string, line: number): boolean
  /** What is wrong with the comments, asked once all findings are known. */
  complaints(known: readonly string[], asked: readonly string[]): readonly Found[]
}

export function ignoresIn(text: string, lines: readonly string[]): Ignores {
  // Most files have none.
  const comments = MARK.test(text) ? commentsOf(text).filter((one) => MARK.test(one.text)) : []
  const ignores = comments.map((comment) => ignoreOf(comment, lines))
  const used = new Set<string>()
  return {
    accepts(rule, line) {
      const found = ignores.filter((one) => one.line === line && one.rules.includes(rule))
      for (const { comment } of found) used.add(`${comment.line} ${rule}`)
      return found.length > 0
    },
    complaints: (known, asked) =>
      ignores.flatMap(({ comment, rules, reason }) => {
        const say = (message: string): Found => ({ at: placeOf(comment), message })
        if (rules.length === 0) return [say('This comment names no rule: nothing is accepted.')]
        const wrong = rules.flatMap((rule) => {
          if (!known.includes(rule))
            return [
              say(`This comment names no rule of infergate: ${rule}. infergate lint --rules lists them.`),
            ]
          const isUnused = asked.includes(rule) && !used.has(`${comment.line} ${rule}`)
          return isUnused ? [say(`This comment accepts nothing: there is no finding of ${rule} here.`)] : []
        })
        return reason === '' ? [...wrong, say('This comment gives no reason.')] : wrong
      }),
  }
}

function ignoreOf(comment: CommentText, lines: readonly string[]): Ignore {
  const [, names = '', reason = ''] = FORM.exec(comment.text) ?? []
  const rules = names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
  return {
    comment,
    line: comment.isAlone ? nextCode(comment.line, lines) : comment.line,
    rules,
    reason: reason.trim(),
  }
}

/** The first line behind a comment that holds code. */
function nextCode(line: number, lines: readonly string[]): number {
  const index = lines.findIndex((text, at) => at >= line && !/^\s*(?:#|$)/.test(text))
  return index < 0 ? line : index + 1
}

const placeOf = ({ line, offset, text }: CommentText): Found['at'] => ({
  nodeType: 'Comment',
  lineno: line,
  col_offset: offset,
  end_lineno: line,
  end_col_offset: offset + Buffer.byteLength(text),
})
