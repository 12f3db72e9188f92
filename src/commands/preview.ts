import { countOf } from '../reporters/index.ts'
import { estimateCost, type Plan } from '../run/index.ts'

/** `--list`: the promises that a run would check, one a line. */
export function listPromises({ asked }: Plan): string {
  const width = Math.max(...asked.map(({ entry }) => entry.id.length))
  const lines = asked.map(({ entry, definition }) => {
    const marks = [
      ...(entry.required ? [] : ['not required']),
      ...(definition.alone === 'hurts' ? ['could hurt a shared service'] : []),
    ]
    return `${entry.id.padEnd(width)}  ${entry.says}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
  })
  return `${lines.join('\n')}\n`
}

/** `--plan`: what a run would cost. */
export function describeCost(plan: Plan): string {
  const cost = estimateCost(plan)
  const { targetName, spec, maxSeconds, start } = plan
  const rows = [
    ['target', `${targetName} (${spec.kind})`],
    [
      'starts',
      cost.starts === 0 ? 'none: the service already runs' : `${cost.starts}, each as long as it loads`,
    ],
    ['checks', String(cost.checks)],
    ['requests', about(cost.requests)],
    ['prompt tokens', about(cost.promptTokens)],
    ['output tokens', about(cost.outputTokens)],
    [
      'time',
      `about ${cost.minutes.toFixed(1)} minutes after the service generates, at most ${(maxSeconds / 60).toFixed(1)}`,
    ],
    ['risky checks', cost.risky.length === 0 ? 'none' : `${cost.risky.length}: ${cost.risky.join(', ')}`],
  ]
  const lines = rows.map(([name = '', value]) => `${name.padEnd(14)} ${value}`)
  const own = cost.unmeasured.length
  return [
    `What \`infergate ${start.command}\` would cost. An estimate: measured on the simulator with the times of an A100. Nothing was sent.`,
    ...lines,
    ...(own > 0
      ? [`${countOf(own, 'promise')} of your own ${own === 1 ? 'is' : 'are'} not in the figures.`]
      : []),
    ...(cost.risky.length > 0
      ? [
          'Risky checks send hostile bodies, bad constraints, crowds, or prompts beyond the context: --gentle leaves them out.',
        ]
      : []),
    '',
  ].join('\n')
}

/** Two significant digits: more would look like a measurement of this service. */
const about = (count: number): string =>
  `about ${Number(count.toPrecision(2)).toLocaleString('en-US', { maximumFractionDigits: 0 })}`
