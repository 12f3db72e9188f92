import type { Boot, Measurement, Verdict, Warmth } from '../../records/index.ts'
import { median } from '../../statistics/index.ts'
import { formatDuration, significant } from '../figures.ts'
import { oneLine } from '../safe-text.ts'
import type { LineContext } from '../verdict-line.ts'

/** What the service was judged for first: what a start costs, by phase, and what an answer takes once it is warm. */
export function coldWarmLines(
  verdict: Verdict,
  { command, boots = [] }: Pick<LineContext, 'boots'> & { readonly command?: string } = {},
): readonly string[] {
  const { measurements, unmeasured, comparisons } = verdict
  // It times nothing, and the last line says so.
  if (command === 'check') return []
  const alreadyRan = comparisons.some(
    ({ id, outcome }) => id === 'cold-starts' && outcome === 'not-applicable',
  )
  const find = (name: string, warmth: Warmth) =>
    measurements.find((one) => one.name === name && one.warmth === warmth)
  const why = (name: string, warmth: Warmth) =>
    unmeasured.find((one) => one.name === name && one.warmth === warmth)?.reason
  const cold = find('coldStartMs', 'cold')
  const warm = find('e2eMsP50', 'warm')
  const notCold = why('coldStartMs', 'cold')
  const notWarm = why('e2eMsP50', 'warm')
  // Where neither was asked for, nothing is said of them.
  if (!cold && !warm && notCold === undefined && notWarm === undefined) return []
  const p99 = find('e2eMsP99', 'warm')
  const ratio = find('warmToCold', 'warm')
  const coldLine = cold
    ? `cold start   p50 ${figure(cold)}, n = ${cold.n}${phasesOf(boots)}`
    : `cold start   not measured, because ${alreadyRan ? 'the service already ran' : oneLine(notCold ?? 'no start was timed')}`
  return [
    // A watch starts nothing.
    ...(command === 'watch' ? [] : [coldLine]),
    warm
      ? [
          `warm answer  p50 ${figure(warm)}, p99 ${p99 ? figure(p99) : 'not measured, because too few'}, n = ${warm.n}`,
          ...(ratio ? [`${significant(100 * ratio.value)} % of the cold start`] : []),
        ].join('; ')
      : `warm answer  not measured, because ${oneLine(notWarm ?? 'none was timed')}`,
  ]
}

/** `24.7 ms (95 %: 24.3 to 25 ms)`. */
function figure({ value, low, high }: Measurement): string {
  const shown = formatDuration(value)
  return low === undefined || high === undefined
    ? shown
    : `${shown} (95 %: ${formatDuration(low)} to ${formatDuration(high)})`
}

/** `: port 520 ms, health 20 ms, first token 40 ms`: the median of each phase over the starts that reached it. */
function phasesOf(boots: readonly Boot[]): string {
  const started = boots.filter(({ origin, outcome }) => origin === 'started' && outcome === 'generating')
  const phases = [
    ['port', started.flatMap(({ portMs }) => portMs ?? [])],
    ['health', started.flatMap(({ portMs, healthMs }) => between(portMs, healthMs))],
    [
      'first token',
      started.flatMap(({ healthMs, firstTokenMs, firstGenerationMs }) =>
        between(healthMs, firstTokenMs ?? firstGenerationMs),
      ),
    ],
  ] as const
  const shown = phases.flatMap(([name, times]) =>
    times.length > 0 ? [`${name} ${formatDuration(median(times))}`] : [],
  )
  return shown.length > 0 ? `: ${shown.join(', ')}` : ''
}

/** A service may generate before its health says yes: then health is no phase before it. */
const between = (fromMs: number | undefined, toMs: number | undefined): readonly number[] =>
  fromMs === undefined || toMs === undefined || toMs < fromMs ? [] : [toMs - fromMs]
