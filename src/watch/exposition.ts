import { evidenceShares, slowOf, type WatchState } from './state.ts'

type Family = {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly series: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]
}

/** The state in the text format of Prometheus (exposition formats, 0.0.4; names as its naming rules ask: base units, `_total`). */
export function expositionOf(state: WatchState, version: string): string {
  return familiesOf(state, version)
    .map(({ name, help, type, series }) => {
      const lines = series.map(([labels, value]) => `${name}${labelsOf(labels)} ${value}`)
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
    })
    .join('')
}

function familiesOf(state: WatchState, version: string): readonly Family[] {
  const target = { target: state.terms.targetName }
  const counter = (name: string, help: string, value: number): Family => ({
    ...{ name: `infergate_watch_${name}_total`, help, type: 'counter', series: [[target, value]] },
  })
  const slowFrom = slowOf(state)
  return [
    {
      ...{ name: 'infergate_watch_info', help: 'What watches.', type: 'gauge' },
      series: [[{ ...target, version }, 1]],
    },
    counter('requests', 'Requests that came back, answered or failed.', state.requests),
    counter('failed_requests', 'Requests that failed.', state.failed),
    counter('slow_requests', 'Requests that took longer than slow ones may.', state.slow),
    counter(
      'turned_away_requests',
      'Requests for which the service had no room (HTTP 429).',
      state.turnedAway,
    ),
    counter('prompt_tokens', 'Tokens of the prompts that were sent.', state.promptTokens),
    counter('output_tokens', 'Tokens that were generated.', state.outputTokens),
    counter('unhealthy_answers', 'Answers of the health route that were not green.', state.health.red),
    counter('green_but_failed', 'Failed generations beside which health was green.', state.greenButFailed),
    counter(
      'server_restarts',
      'Times that the process of the server was started anew.',
      state.server.restarts,
    ),
    {
      name: 'infergate_watch_log_matches_total',
      help: 'Lines of the log that match a known sign of a broken service.',
      type: 'counter',
      series: state.logs.map(({ signature, count }) => [{ ...target, signature }, count] as const),
    },
    {
      name: 'infergate_watch_evidence_ratio',
      help: 'How far the evidence against the service is: at 1 it is shown.',
      type: 'gauge',
      series: Object.entries(evidenceShares(state)).map(
        ([test, value]) => [{ ...target, test }, value] as const,
      ),
    },
    {
      name: 'infergate_watch_slow_threshold_seconds',
      help: 'From here on an answer is slow.',
      type: 'gauge',
      series: slowFrom === undefined ? [] : [[target, slowFrom / 1_000]],
    },
    {
      name: 'infergate_watch_watched_seconds',
      help: 'How long the service has been watched.',
      type: 'gauge',
      series: [[target, state.watchedMs / 1_000]],
    },
  ]
}

const labelsOf = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
