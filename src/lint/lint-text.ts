import type { LintFinding, LintRuleText, LintUnreadable } from '../records/index.ts'
import { IGNORE_RULE, ignoresIn } from './ignore-comments.ts'
import { buildModel } from './model/build.ts'
import { parse } from './parse.ts'
import { type Found, RULES, type Rule } from './rules/index.ts'
import { secretLiterals } from './secret-literals.ts'
import { shownLine } from './shown-line.ts'
import { sourceOf } from './source.ts'
import { versionsIn } from './versions.ts'

export type LintedText = {
  readonly findings: readonly LintFinding[]
  readonly ignored: number
}

/** Judges the source of one file; nothing of it is run. */
export function lintText(
  file: string,
  text: string,
  rules: readonly Rule[] = RULES,
): LintedText | LintUnreadable {
  const parsed = parse(text)
  const source = sourceOf(file, text)
  if (!('body' in parsed)) return { file, ...parsed }
  const { body } = parsed
  const secrets = secretLiterals(body).map(({ node }) => source.place(node))
  const model = buildModel(body)
  const asked = { model, body, versions: versionsIn(model) }
  const finding = (rule: LintRuleText, { at, message, severity = rule.severity }: Found): LintFinding => {
    const place = source.place(at)
    return { rule: rule.id, severity, file, place, message, ...shownLine(source, place, secrets) }
  }
  const all = rules.flatMap((rule) => rule.find(asked).map((found) => finding(rule, found)))
  const ignores = ignoresIn(text, source.lines)
  const findings = all.filter(({ rule, place }) => !ignores.accepts(rule, place.line))
  const known = RULES.map(({ id }) => id)
  const complaints = ignores.complaints(
    known,
    rules.map(({ id }) => id),
  )
  return {
    findings: [...findings, ...complaints.map((found) => finding(IGNORE_RULE, found))].toSorted(inOrder),
    ignored: all.length - findings.length,
  }
}

const inOrder = (one: LintFinding, other: LintFinding): number =>
  one.place.line - other.place.line ||
  one.place.column - other.place.column ||
  one.rule.localeCompare(other.rule)
