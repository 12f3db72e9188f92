import { clipped, html, type Markup, renderPage, table, textOf } from '../reporters/html/kit/index.ts'
import { countOf, formatDuration, formatQuantity, momentOf } from '../reporters/index.ts'
import { quantile } from '../statistics/index.ts'
import { connection } from './list-page.ts'
import { commandOf } from './list-query.ts'
import { type Latency, type LiveRun, NEWEST } from './live-run.ts'
import type { RunHead } from './run-head.ts'

/** The parts of the page that change, by the place that they have in it. */
export type Sections = Readonly<Record<string, string>>

export function liveSections(run: LiveRun, nowMs: number): Sections {
  return Object.fromEntries(
    Object.entries({
      now: nowDoing(run, nowMs),
      failed: failedSoFar(run),
      checks: checksSoFar(run),
      latency: latencySoFar(run),
      starts: startsSoFar(run),
      warnings: warnings(run),
    }).map(([place, markup]) => [place, textOf(markup)]),
  )
}

/** The page of a run that goes on; when it has ended the page loads its report in its place. */
export function renderLivePage(head: RunHead, run: LiveRun, nowMs: number, bar: Markup): string {
  const part = (place: string, title: string, markup: Markup) =>
    html`<section><h2>${title}</h2><div data-section="${place}">${markup}</div></section>`
  const model = head.model === undefined ? '' : `, model ${head.model}`
  return renderPage({
    title: `RUNNING: ${head.target} · infergate`,
    head: html`${bar}<div class="verdict now"><h1>RUNNING</h1><p>${commandOf(head)} of ${head.target}${model}, since ${momentOf(head.startedAt)}. There is no verdict yet: this page becomes the report when the run ends.</p></div>`,
    tabs: [
      {
        ...{ id: 'live', title: 'The run, live' },
        content: html`${connection}<div class="live" data-live="live"><div>
${part('now', 'Now', nowDoing(run, nowMs))}
${part('latency', 'Answers so far', latencySoFar(run))}
${part('checks', 'Checks so far', checksSoFar(run))}
${part('starts', 'Starts of the service', startsSoFar(run))}
</div><div>
${part('failed', 'What failed so far', failedSoFar(run))}
${part('warnings', 'What the run said', warnings(run))}
</div></div>`,
      },
    ],
    foot: html`Run ${head.name}.`,
    isLive: true,
  })
}

function nowDoing({ live, asked, outcomes }: LiveRun, nowMs: number): Markup {
  if (!live)
    return html`<p>The run does not say what it is doing (it is of an older version, or its ${'live.json'} cannot be read). ${countOf(sum(outcomes.values()), 'check')} of at most ${asked} ended.</p>`
  const { phase, done, total, phaseStartedAt, status, inFlight } = live
  const elapsedMs = Math.max(0, nowMs - Date.parse(phaseStartedAt) || 0)
  const left =
    total && done > 0 && done < total
      ? `, about ${formatDuration((elapsedMs / done) * (total - done))} left`
      : ''
  return html`<p><strong>${phase}</strong>: ${done}${total !== undefined && ` of ${total}`} done, ${formatDuration(Math.round(elapsedMs / 100) * 100)}${left}</p>
${total !== undefined && html`<progress max="${Math.max(1, total)}" value="${Math.min(done, total)}" aria-label="${phase}"></progress>`}
${status !== undefined && html`<p>${status}</p>`}
${inFlight.length > 0 && html`<p>In flight: ${inFlight.map((id, index) => html`${index > 0 && ', '}<code>${id}</code>`)}</p>`}`
}

const sum = (values: Iterable<number>): number => [...values].reduce((all, one) => all + one, 0)

function failedSoFar({ failed, causes, ends, latencies }: LiveRun): Markup {
  const requests = [...latencies.values()].filter((one) => one.failed > 0)
  if (causes + ends.length + requests.length === 0) return html`<p>Nothing.</p>`
  return html`<ul class="failed-so-far">${ends.map((reason) => html`<li>${clipped(reason, 500)}</li>`)}
${requests.map((one) => html`<li>${countOf(one.failed, 'request')} failed (${one.label}): ${[...one.failures].map(([kind, n]) => `${kind} ${n}`).join(', ')}</li>`)}
${failed.map(({ id, reason }) => html`<li><code>${id}</code>: ${clipped(reason, 240)}</li>`)}</ul>
${causes > failed.length && html`<p>And ${causes - failed.length} more.</p>`}`
}

function checksSoFar({ outcomes, asked }: LiveRun): Markup {
  if (outcomes.size === 0) return html`<p>No check has ended yet.</p>`
  const counts = (['passed', 'failed', 'inconclusive', 'not-applicable'] as const).flatMap((outcome) => {
    const n = outcomes.get(outcome)
    return n === undefined ? [] : [`${n} ${outcome.replace('-', ' ')}`]
  })
  return html`<p>${countOf(sum(outcomes.values()), 'check')} of at most ${asked} ended: ${counts.join(', ')}.</p>`
}

function latencySoFar({ latencies, policy }: LiveRun): Markup {
  if (latencies.size === 0) return html`<p>No answer was timed yet.</p>`
  const columns = ['Answers', 'answered', 'failed', 'ttft p50', 'ttft p99', 'e2e p50', 'e2e p99']
  const budget =
    policy &&
    latencies.has('warm') &&
    `The budget of the warm p50 (e2e) is ${formatQuantity(policy.warmE2eMsP50, 'ms')}. `
  return html`${table(
    'Quantiles so far; how sure they are is said by the report',
    columns.map((title, index) => ({ title, ...(index > 0 && { isNumber: true as const }) })),
    [...latencies.values()].map(latencyRow),
  )}<p class="soft">${budget}${[...latencies.values()].some(({ e2eMs, answered }) => e2eMs.length < answered) && `Of more than ${2 * NEWEST} answers the quantiles are those of the newest ${NEWEST} or more.`}</p>`
}

const latencyRow = ({ label, answered, failed, ttftMs, e2eMs }: Latency) => [
  ...[label, answered, failed],
  ...[ttftMs, e2eMs].flatMap((values) => [middle(values), tail(values)]),
]

const middle = (values: readonly number[]): string =>
  values.length === 0 ? 'not measured' : formatQuantity(quantile(values, 0.5), 'ms')

/** Of fewer than a hundred the p99 is the slowest, so that is what it is called. */
const tail = (values: readonly number[]): string =>
  values.length === 0
    ? 'not measured'
    : values.length < 100
      ? `slowest ${formatQuantity(Math.max(...values), 'ms')}`
      : formatQuantity(quantile(values, 0.99), 'ms')

function startsSoFar({ boots }: LiveRun): Markup {
  if (boots.length === 0) return html`<p>The service has not started yet.</p>`
  return html`<ul>${boots.map((boot) => html`<li>${bootLine(boot)}</li>`)}</ul>`
}

function bootLine({
  index,
  origin,
  outcome,
  healthMs,
  firstGenerationMs,
  reason,
}: LiveRun['boots'][number]): string {
  const what = origin === 'found' ? 'found running' : `start ${index}`
  if (outcome !== 'generating') return `${what}: it does not generate. ${clipped(reason ?? '', 500)}`
  const times = [
    ...(healthMs === undefined ? [] : [`healthy after ${formatDuration(healthMs)}`]),
    ...(firstGenerationMs === undefined
      ? []
      : [`first good answer after ${formatDuration(firstGenerationMs)}`]),
  ]
  return `${what}: ${times.length > 0 && origin !== 'found' ? times.join(', ') : 'it generates'}`
}

function warnings({ live, unreadable }: LiveRun): Markup {
  const lines = [
    ...(unreadable > 0
      ? [`${countOf(unreadable, 'line')} of its files cannot be read and are left out.`]
      : []),
    ...(live?.warnings.toReversed() ?? []),
  ]
  return lines.length === 0
    ? html`<p>Nothing.</p>`
    : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`
}
