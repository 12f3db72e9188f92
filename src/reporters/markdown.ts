import type { Boot, Run, Verdict } from '../records/index.ts'
import { countOf, formatDuration, formatInterval, formatQuantity } from './figures.ts'
import { causes } from './findings.ts'
import { anchor, renderCheck, renderComparison } from './markdown-evidence.ts'
import { code, escapeText, fence, table } from './markdown-syntax.ts'
import { countChecks } from './not-judged.ts'
import type { Reporter } from './reporter.ts'
import { leadingWord, verdictLine } from './verdict-line.ts'

export const markdownReporter: Reporter = {
  name: 'markdown',
  says: 'report.md, for people: verdict, checks, evidence, measurements',
  file: 'report.md',
  render: ({ run, verdict, file }) =>
    `${[
      `# infergate: ${leadingWord(verdict)}`,
      escapeText(verdictLine(verdict, run, file), 2_000),
      ...renderReasons(verdict),
      ...renderCut(run),
      '## Checks',
      renderChecks(verdict),
      '## What did not hold',
      ...renderFailures(verdict),
      '## Measurements',
      ...renderMeasurements(verdict),
      '## Starts of the service',
      renderBoots(run.boots),
      '## The run',
      renderFacts(run, verdict),
    ].join('\n\n')}\n`,
}

export const renderReasons = ({ reasons, settledBy }: Verdict): readonly string[] => [
  ...(reasons.length === 0
    ? []
    : ['## Reasons', reasons.map((reason) => `1. ${escapeText(reason)}`).join('\n')]),
  ...(settledBy === undefined ? [] : ['To settle it:', fence(settledBy, 'sh')]),
]

function renderCut({ cut, error }: Run): readonly string[] {
  const lines: string[] = []
  if (cut) lines.push(`**The run was cut short** (${cut.kind}): ${escapeText(cut.reason)}`)
  if (error) lines.push(`**The run could not go on** (${error.code}): ${escapeText(error.message)}`)
  return lines
}

/** By suite, in the order of the run; what did not hold links to its cause. */
function renderChecks(verdict: Verdict): string {
  const { checks, comparisons } = verdict
  if (checks.length + comparisons.length === 0) return 'No check was run.'
  const places = new Map(
    causes(verdict).flatMap(({ id, others }) => [id, ...others].map((one) => [one, id] as const)),
  )
  const nameOf = (id: string) => (places.has(id) ? anchor(id, places.get(id)) : code(id))
  const rows = checks.map((check) => [
    check.suite,
    nameOf(check.id),
    `${check.outcome}${check.required ? '' : ' (advisory)'}`,
    formatDuration(check.durationMs),
    escapeText(check.reason ?? check.says, 200),
  ])
  const budgets = comparisons.map((comparison) => [
    'budgets',
    nameOf(comparison.id),
    comparison.outcome,
    '',
    escapeText(comparison.reason, 200),
  ])
  const bySuite = [...rows, ...budgets].toSorted(([a = ''], [b = '']) => a.localeCompare(b, 'en'))
  const listed = table(['suite', 'check', 'outcome', 'took', 'reason, or what it promises'], bySuite)
  return checks.length === 0 ? listed : `${countChecks(checks)}.\n\n${listed}`
}

/** Each cause once, worst first, with the evidence of its first check and the names of the others. */
function renderFailures(verdict: Verdict): readonly string[] {
  const items = new Map([...verdict.comparisons, ...verdict.checks].map((item) => [item.id, item]))
  const failures = causes(verdict).flatMap(({ id, others }) => {
    const first = items.get(id)
    if (!first) return []
    const same = others.map((other) => code(other)).join(', ')
    return [
      'required' in first ? renderCheck(first) : renderComparison(first),
      ...(others.length === 0 ? [] : [`Of the same cause (${others.length}): ${same}`]),
    ]
  })
  return failures.length === 0 ? [noFailures(verdict)] : failures
}

/** What stopped a run leaves the rest unjudged: that is not the same as held. */
const noFailures = ({ verdict }: Verdict): string =>
  verdict === 'PASS' ? 'Everything that was judged held.' : 'No check is known not to hold.'

export function renderMeasurements({ measurements, unmeasured }: Verdict): readonly string[] {
  const parts: string[] = []
  if (measurements.length > 0)
    parts.push(
      table(
        ['name', 'warmth', 'value', 'n', '95 % interval'],
        measurements.map((measured) => [
          code(measured.name),
          measured.warmth,
          formatQuantity(measured.value, measured.unit),
          String(measured.n),
          formatInterval(measured),
        ]),
      ),
    )
  if (unmeasured.length > 0)
    parts.push(
      'Not measured:',
      unmeasured
        .map(({ name, warmth, reason }) => `- ${code(name)} (${warmth}): ${escapeText(reason)}`)
        .join('\n'),
    )
  return parts.length === 0 ? ['Nothing was measured.'] : parts
}

function renderBoots(boots: readonly Boot[]): string {
  if (boots.length === 0) return 'The service was not started.'
  const phase = (ms: number | undefined): string => (ms === undefined ? 'not reached' : formatDuration(ms))
  return table(
    ['start', 'origin', 'outcome', 'port open', 'health 200', 'first token', 'first generation'],
    boots.map((boot) => [
      String(boot.index),
      boot.origin,
      boot.reason === undefined ? boot.outcome : `${boot.outcome}: ${escapeText(boot.reason, 200)}`,
      ...[boot.portMs, boot.healthMs, boot.firstTokenMs, boot.firstGenerationMs].map(phase),
    ]),
  )
}

function renderFacts(run: Run, verdict: Verdict): string {
  const { target, environment, policy, selection } = run
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['run', run.runId],
    ['command', run.command],
    ['started', run.startedAt],
    ['took', formatDuration(verdict.durationMs)],
    ['seed', String(run.seed)],
    ['infergate', run.toolVersion],
    ['target', run.fingerprint?.targetName],
    ['kind', `${target.kind}, dialect ${target.dialect}`],
    ['model', target.model],
    ['version', target.version],
    ['url', target.url],
    ['image', target.container?.image ?? run.fingerprint?.image],
    ['started by', target.command?.join(' ')],
    ['profile', target.profile],
    ['faults switched on', target.faults?.join(', ') || undefined],
    ['suites', selection?.suites?.join(', ') ?? 'all'],
    ['tags', selection?.tags?.join(', ')],
    ['selected by', selection?.by?.join(' ')],
    [
      'policy',
      `warm p50 ≤ ${policy.warmToColdRatio} × cold and ≤ ${formatDuration(policy.warmE2eMsP50)}; at least ${countOf(policy.minWarmSamples, 'good warm sample')} and ${countOf(policy.minColdStarts, 'cold start')}`,
    ],
    [
      'machine',
      `Node ${environment.node}, ${environment.platform}, ${countOf(environment.cpus, 'core')}, ${(environment.memoryBytes / 2 ** 30).toFixed(1)} GiB${environment.ci ? ', CI' : ''}`,
    ],
  ]
  return table(
    ['fact', 'value'],
    facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, escapeText(value)]])),
  )
}
