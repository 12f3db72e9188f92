import type { Boot, Run, Verdict } from '../records/index.ts'
import { describeAwake } from './awake-cost.ts'
import { clientWarnings, describeClients } from './client-figures.ts'
import { countOf, formatDuration, formatInterval, formatQuantity } from './figures.ts'
import { causes } from './findings.ts'
import { coldWarmTable, loadTable } from './load-table.ts'
import { anchor, renderCheck, renderComparison } from './markdown-evidence.ts'
import { code, escapeText, fence, table } from './markdown-syntax.ts'
import { countChecks } from './not-judged.ts'
import type { Reporter } from './reporter.ts'
import { searchTable } from './search-table.ts'
import { renderServiceUse } from './service-use.ts'
import { suiteOf } from './suite-of.ts'
import { describeThrottle } from './throttle.ts'
import { leadingWord, verdictLine } from './verdict-line.ts'
import { describeVersus, versusRemarks, versusTable } from './versus-table.ts'
import { describeSleep, unseenPhases, wakeTable } from './wake-table.ts'

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
      ...renderVersus(verdict),
      '## Checks',
      renderChecks(verdict, run.promises),
      '## What did not hold',
      ...renderFailures(verdict),
      '## Measurements',
      ...renderMeasurements(verdict),
      ...renderServiceUse(run),
      ...renderSleep(run),
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

/** What the run was held against; nothing where it was held against none. */
export function renderVersus({ versus }: Pick<Verdict, 'versus'>): readonly string[] {
  const compared = versusTable({ ...(versus && { versus }) })
  if (!versus || !compared) return []
  const cells = compared.rows.map((row) => row.map((cell) => escapeText(cell)))
  const remarks = versusRemarks(versus).map((remark) => `- ${escapeText(remark)}`)
  return [
    '## Against the baseline',
    `${escapeText(describeVersus(versus))}.`,
    table(compared.head, cells),
    ...(remarks.length > 0 ? [remarks.join('\n')] : []),
  ]
}

function renderCut({ cut, error }: Run): readonly string[] {
  const lines: string[] = []
  if (cut) lines.push(`**The run was cut short** (${cut.kind}): ${escapeText(cut.reason)}`)
  if (error) lines.push(`**The run could not go on** (${error.code}): ${escapeText(error.message)}`)
  return lines
}

/** By suite, in the order of the run; what did not hold links to its cause. */
function renderChecks(verdict: Verdict, promises: Run['promises']): string {
  const { checks, comparisons } = verdict
  if (checks.length + comparisons.length === 0) return 'No check was run.'
  const places = new Map(
    causes(verdict)
      .toReversed()
      .flatMap(({ id, others }) => [...others, id].map((one) => [one, id] as const)),
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
    suiteOf(comparison),
    nameOf(comparison.id),
    comparison.outcome,
    '',
    escapeText(comparison.reason, 200),
  ])
  const bySuite = [...rows, ...budgets].toSorted(([a = ''], [b = '']) => a.localeCompare(b, 'en'))
  const listed = table(['suite', 'check', 'outcome', 'took', 'reason, or what it promises'], bySuite)
  return checks.length === 0 ? listed : `${countChecks(checks, promises)}.\n\n${listed}`
}

/** Each cause once, worst first, with the evidence of its first check and the names of the others. */
function renderFailures(verdict: Verdict): readonly string[] {
  const items = new Map([...verdict.comparisons, ...verdict.checks].map((item) => [item.id, item]))
  const rendered = new Set<string>()
  const failures = causes(verdict).flatMap(({ id, others, outcome, reason }) => {
    const first = items.get(id)
    if (!first) return []
    const same = others.map((other) => code(other)).join(', ')
    const told = rendered.has(id)
      ? `### ${id}, another cause\n\n${outcome}: ${escapeText(reason)}\n\nIts exchanges stand above.`
      : 'required' in first
        ? renderCheck(first)
        : renderComparison(first)
    rendered.add(id)
    return [
      ...(others.length === 0 ? [] : [`**1 finding in ${1 + others.length} checks**: ${escapeText(reason)}`]),
      told,
      ...(others.length === 0 ? [] : [`Of the same cause (${others.length}): ${same}`]),
    ]
  })
  return failures.length === 0 ? [noFailures(verdict)] : failures
}

/** What stopped a run leaves the rest unjudged: that is not the same as held. */
const noFailures = ({ verdict }: Verdict): string =>
  verdict === 'PASS' ? 'Everything that was judged held.' : 'No check is known not to hold.'

export function renderMeasurements({ measurements, unmeasured, search }: Verdict): readonly string[] {
  const parts: string[] = []
  const [coldWarm, load] = [coldWarmTable({ measurements }), loadTable({ measurements })]
  if (coldWarm) parts.push(table(coldWarm.head, coldWarm.rows))
  const steps = searchTable({ ...(search && { search }) })
  if (search && steps)
    parts.push(`### ${search.kind === 'search' ? 'Search' : 'Sweep'}`, table(steps.head, steps.rows))
  if (load) parts.push('### Under load', table(load.head, load.rows), '### Cold and warm')
  const others = measurements.filter(({ warmth }) => warmth !== 'steady')
  if (others.length > 0)
    parts.push(
      table(
        ['name', 'warmth', 'value', 'n', '95 % interval'],
        others.map((measured) => [
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

/** Nothing of a target that does not scale to zero. */
function renderSleep(run: Run): readonly string[] {
  const [says, cost] = [describeSleep(run), describeAwake(run)]
  if (says === undefined || cost === undefined) return []
  const waits = wakeTable(run)
  const unseen = unseenPhases(run).map((line) => `- ${escapeText(line)}`)
  return [
    '## Scale to zero',
    escapeText(says, 1_000),
    ...(waits
      ? [
          table(
            waits.head,
            waits.rows.map((row) => row.map((cell) => escapeText(cell, 300))),
          ),
        ]
      : []),
    ...(unseen.length > 0 ? [unseen.join('\n')] : []),
    `Cost: ${escapeText(cost, 500)}.`,
  ]
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

function describePace({ profile }: Run): string | undefined {
  if (!profile?.pace) return undefined
  const { answerMs, tokenMs } = profile.pace
  return `${formatDuration(answerMs)} for an answer of one token, ${formatDuration(tokenMs)} for each further one`
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
    ['pace', describePace(run)],
    ['cost of what was kept awake', describeAwake(run)],
    ['load', run.throttle && describeThrottle(run.throttle)],
    ['client of the load', describeClients(run.loads)],
    ['warnings about it', clientWarnings(run.loads)],
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
