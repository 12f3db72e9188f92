import { IGNORE_RULE } from './ignore-comments.ts'
import { RULES } from './rules/index.ts'

/** The part of docs/lint.md that is made of the rules stands between these. */
export const MARKERS = [
  '<!-- rules: npm run lint-rules writes this part -->',
  '<!-- end of rules -->',
] as const

/** The rules as Markdown: an overview, then each with why, fix and example. */
export function rulesPage(): string {
  const rows = [...RULES, IGNORE_RULE].map(
    ({ id, severity, says }) => `| [\`${id}\`](#${id}) | ${severity} | ${says} |`,
  )
  const parts = RULES.map(
    ({ id, why, fix, example }) =>
      `### ${id}\n\n${why}\n\n**Fix**: ${fix}\n\n\`\`\`python\n# found\n${example.bad}\`\`\`\n\n\`\`\`python\n# not found\n${example.good}\`\`\`\n`,
  )
  const comment = `### ${IGNORE_RULE.id}\n\n${IGNORE_RULE.why}\n\n**Fix**: ${IGNORE_RULE.fix}\n`
  return `| rule | severity | what it finds |\n|---|---|---|\n${rows.join('\n')}\n\n${[...parts, comment].join('\n')}`
}

/** A page with its part between the markers made anew. */
export function withRules(page: string): string {
  const [from, to] = MARKERS
  const [start, end] = [page.indexOf(from), page.indexOf(to)]
  if (start < 0 || end < start) throw new Error(`The page has no part between "${from}" and "${to}".`)
  return `${page.slice(0, start + from.length)}\n\n${rulesPage()}\n${page.slice(end)}`
}
