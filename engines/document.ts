import type { Result } from './results.ts'

/** docs/engines.md: what infergate says of each server, and what shows it. Rows in the order in which they are given. */
export function documentOf(results: readonly Result[]): string {
  const plain = passed(results.find(({ id }) => id === 'vllm')) ?? 0
  return `${[
    '# Real servers, and what infergate says of them',
    '`npm run test:engines` writes this page: each server is started, `infergate check` judges it, and what it says is held against',
    'what is expected (`engines/servers/`). A healthy server passes, with its true findings waived by name; of a broken one the verdict',
    'names what is broken.',
    '',
    ...section(
      'Healthy',
      results.filter((one) => one.isHealthy),
      (one) => healthyCells(one, plain),
      [...['server', 'versions', 'verdict', 'passed, of plain vLLM’s', 'not applicable', 'waived']],
    ),
    ...section(
      'Broken, or not open to us',
      results.filter((one) => !one.isHealthy),
      brokenCells,
      [...['server', 'verdict', 'what the verdict names']],
    ),
    ...results.filter((one) => one.isHealthy).flatMap(details),
  ].join('\n')}\n`
}

const passed = (result: Result | undefined) =>
  result?.checks.filter(({ outcome }) => outcome === 'passed').length

function section(
  title: string,
  results: readonly Result[],
  cells: (result: Result) => readonly string[],
  heads: readonly string[],
): readonly string[] {
  const line = (texts: readonly string[]) => `| ${texts.map(cell).join(' | ')} |`
  return [`## ${title}`, '', line(heads), line(heads.map(() => '---')), ...results.map(cells).map(line), '']
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

const verdictOf = ({ word, code, deviations }: Result): string =>
  `${word} (${code})${deviations.length > 0 ? `: not as expected, ${deviations.join('; ')}` : ''}`

const count = (result: Result, is: (check: Result['checks'][number]) => boolean) =>
  String(result.checks.filter(is).length)

const healthyCells = (result: Result, plain: number): readonly string[] => [
  ...[result.title, result.versions.join(', '), verdictOf(result), `${passed(result)} of ${plain}`],
  count(result, ({ outcome }) => outcome === 'not-applicable'),
  count(result, ({ waived }) => waived !== undefined),
]

const REASON_CHARACTERS = 300

const brokenCells = (result: Result): readonly string[] => [
  ...[result.title, verdictOf(result), (result.reasons[0] ?? '').slice(0, REASON_CHARACTERS)],
]

function details(result: Result): readonly string[] {
  const closed = result.checks.filter(({ outcome }) => outcome === 'not-applicable')
  if (closed.length + result.findings.length === 0) return []
  const byReason = Map.groupBy(closed, ({ reason = '', evidence }) => {
    const exchange = evidence?.[0]
    return exchange ? `${reason} (\`${exchange.curl}\` → ${exchange.outcome})` : reason
  })
  const lines = [...byReason]
    .map(
      ([reason, checks]) =>
        `- ${checks
          .map(({ id }) => id)
          .toSorted()
          .join(', ')}: ${cell(reason)}`,
    )
    .toSorted()
  return [
    ...[`## ${result.title}`, ''],
    ...(lines.length > 0 ? ['Not applicable:', '', ...lines, ''] : []),
    ...result.findings.flatMap(({ ids, says, curl }) => [
      `True finding, waived as ${ids.map((id) => `\`${id}\``).join(', ')}: ${says}`,
      ...['', '```sh', curl, '```', ''],
    ]),
  ]
}
