import type { Run, Verdict } from '../../../records/index.ts'
import { describeAwake } from '../../awake-cost.ts'
import { clientWarnings, describeClients } from '../../client-figures.ts'
import { countOf, formatDuration } from '../../figures.ts'
import { repeatCommand } from '../../repeat-command.ts'
import type { Report } from '../../reporter.ts'
import { describeThrottle } from '../../throttle.ts'
import { describeSleep } from '../../wake-table.ts'
import { type Content, html, type Markup, table } from '../kit/index.ts'

/** What was run, where, and with which settings. */
export function runTab({ run, verdict }: Report): Markup {
  return html`<h2>The run</h2>${facts('What was run', ofRun(run, verdict))}
<h2>The service</h2>${facts('What was judged', ofTarget(run))}
<h2>The machine that judged</h2>${facts('Where it was judged from', ofMachine(run))}
${waivers(verdict)}`
}

type Facts = readonly (readonly [name: string, value: Content])[]

const facts = (caption: string, all: Facts): Markup =>
  table(
    caption,
    [{ title: 'Fact' }, { title: 'Value' }],
    all.filter(([, value]) => value !== undefined && value !== ''),
  )

const ofRun = (run: Run, { durationMs, state, exitCode }: Verdict): Facts => [
  ['run', run.runId],
  ['command', repeatCommand(run) ?? `infergate ${run.command}`],
  ['started', run.startedAt],
  ['took', formatDuration(durationMs)],
  ['ended', `${state}, exit code ${exitCode}`],
  ['cut short', run.cut && `${run.cut.kind}: ${run.cut.reason}`],
  ['could not go on', run.error && `${run.error.code}: ${run.error.message}`],
  ['seed', run.seed],
  ['infergate', run.toolVersion],
  ['suites', run.selection?.suites?.join(', ') ?? 'all'],
  ['tags', run.selection?.tags?.join(', ')],
  ['selected by', run.selection?.by?.join(' ')],
  ['policy', policyOf(run)],
  ['baseline', run.baseline?.runId],
  ['measured beside', run.against?.targetName],
  ['cold starts', describeSleep(run)],
  ['cost of what was kept awake', describeAwake(run)],
]

function policyOf({ policy }: Run): string {
  const { warmToColdRatio, warmE2eMsP50, minWarmSamples, minColdStarts, limits = {} } = policy
  const named = Object.entries(limits).map(([name, { max, min }]) =>
    [name, max === undefined ? '' : `≤ ${max}`, min === undefined ? '' : `≥ ${min}`]
      .filter(Boolean)
      .join(' '),
  )
  return [
    `warm p50 ≤ ${warmToColdRatio} × cold and ≤ ${formatDuration(warmE2eMsP50)}`,
    `at least ${countOf(minWarmSamples, 'good warm sample')} and ${countOf(minColdStarts, 'cold start')}`,
    ...named,
  ].join('; ')
}

function ofTarget({ target, fingerprint, profile, throttle }: Run): Facts {
  const { pace } = profile ?? {}
  return [
    ['target', fingerprint?.targetName],
    ['kind', `${target.kind}, dialect ${target.dialect}`],
    ['model', target.model],
    ['engine', profile?.engine],
    ['version', target.version],
    ['url', target.url],
    ['image', target.container?.image ?? fingerprint?.image],
    ['image id', target.container?.imageId],
    ['started by', target.command?.join(' ')],
    ['capabilities', profile?.capabilities.join(', ')],
    [
      'pace',
      pace &&
        `${formatDuration(pace.answerMs)} for an answer of one token, ${formatDuration(pace.tokenMs)} for each further one`,
    ],
    ['load', throttle && describeThrottle(throttle)],
    ['profile', target.profile],
    ['faults switched on', target.faults?.join(', ')],
    ['warm request', fingerprint?.warmRequest],
  ]
}

const ofMachine = ({ environment, fingerprint, loads }: Run): Facts => [
  ['host', fingerprint?.host],
  ['processor', fingerprint && `${fingerprint.cpuModel}, ${countOf(environment.cpus, 'core')}`],
  ['GPU', fingerprint?.gpuModel],
  ['memory', `${(environment.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
  ['system', `${environment.platform}, ${fingerprint?.kernel ?? 'kernel not recorded'}`],
  ['Node', `${environment.node}${environment.ci ? ', in CI' : ''}`],
  ['client of the load', describeClients(loads)],
  ['warnings about it', clientWarnings(loads)],
]

const waivers = ({ waivers: used = [] }: Verdict): Content =>
  used.length > 0 && [
    html`<h2>Waivers</h2>`,
    table(
      'Failures that are known and accepted for a time',
      [{ title: 'Promise' }, { title: 'State' }, { title: 'Until' }, { title: 'Reason' }],
      used.map((one) => [
        one.case === undefined ? one.id : `${one.id}, ${one.case}`,
        one.state,
        one.until,
        one.reason,
      ]),
    ),
  ]
