import type { Level, Run, Sample, ServerTime, ServiceCounters, TargetUse } from '../records/index.ts'
import { formatDuration, significant } from './figures.ts'
import { escapeText, table } from './markdown-syntax.ts'

/** What the service counted of itself while the load was sent, beside what the client saw; nothing where no load was sent. */
export function renderServiceUse({
  serviceUse,
  samples,
}: Pick<Run, 'serviceUse' | 'samples'>): readonly string[] {
  if (!serviceUse) return []
  const { counters, noCounters, target } = serviceUse
  const load = samples.filter(({ warmth }) => warmth === 'steady')
  return [
    '### The service under load, seen from inside',
    ...(noCounters === undefined ? [] : [`Its counters were not read: ${escapeText(noCounters)}.`]),
    ...(counters ? [levels(counters), ...joined(counters, load)] : []),
    ...(target ? [renderTarget(target)] : []),
  ]
}

function levels(counters: ServiceCounters): string {
  const { readings, waiting, running, kvUse, prefixHits, preemptions, promptTokens, generatedTokens } =
    counters
  const percent = (share: number) => `${significant(100 * share)} %`
  const level = (name: string, one: Level | undefined, shown: (value: number) => string = significant) =>
    one ? [[name, shown(one.before), shown(one.mean), shown(one.most)]] : []
  const total = (name: string, value: number | undefined, shown: (value: number) => string = String) =>
    value === undefined ? [] : [`${name}: ${shown(value)}`]
  const totals = [
    ...total('prefix cache hits', prefixHits, percent),
    ...total('preemptions', preemptions),
    ...total('prompt tokens', promptTokens),
    ...total('generated tokens', generatedTokens),
  ]
  return [
    table(
      [`/metrics, ${readings} readings`, 'before', 'mean during', 'most'],
      [
        ...level('requests waiting', waiting),
        ...level('requests running', running),
        ...level('KV cache in use', kvUse, percent),
      ],
    ),
    ...(totals.length > 0 ? [`Over the load: ${totals.join(', ')}.`] : []),
  ].join('\n\n')
}

type Joined = { readonly name: string; readonly server: ServerTime; readonly ours: readonly number[] }

/** Over all requests of the load, since a histogram knows no steady part. */
function joined({ ttft, e2e }: ServiceCounters, load: readonly Sample[]): readonly string[] {
  const good = load.filter(({ outcome }) => outcome === 'completed')
  const times: readonly (Joined | undefined)[] = [
    ttft && { name: 'ttft', server: ttft, ours: good.flatMap(({ ttftMs }) => ttftMs ?? []) },
    e2e && { name: 'e2e', server: e2e, ours: good.map(({ e2eMs }) => e2eMs) },
  ]
  const rows = times.flatMap((one) => (one && one.ours.length > 0 ? rowsOf(one) : []))
  if (rows.length === 0) return []
  const head = ['whole load', "by the server's histogram", 'by this client', 'difference']
  return [table(head, rows), ...othersToo(ttft ?? e2e, load)]
}

function rowsOf({ name, server, ours }: Joined): readonly string[][] {
  const sorted = ours.toSorted((a, b) => a - b)
  const mean = ours.reduce((sum, ms) => sum + ms, 0) / ours.length
  const middle = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2
  const shown = (theirs: string, own: number, difference: string) => [theirs, formatDuration(own), difference]
  const { meanMs, p50 } = server
  return [
    [`${name} mean`, ...shown(formatDuration(meanMs), mean, `${significant(mean - meanMs)} ms`)],
    ...(p50 ? [[`${name} p50`, ...shown(bucketOf(p50), middle, beyond(p50, middle))]] : []),
  ]
}

type Median = NonNullable<ServerTime['p50']>

const bucketOf = ({ ms, fromMs, toMs }: Median): string =>
  `${formatDuration(ms)} (bucket: ${significant(fromMs)} to ${significant(toMs)} ms)`

/** Within the bucket a difference says nothing. */
const beyond = ({ ms, fromMs, toMs }: Median, own: number): string =>
  own >= fromMs && own <= toMs ? 'within the bucket' : `${significant(own - ms)} ms`

/** The difference is one of the same requests only where there are as many. */
function othersToo(server: ServerTime | undefined, load: readonly Sample[]): readonly string[] {
  if (!server || server.n === load.length) return []
  const counts = `The server timed ${server.n} requests, this load sent ${load.length}`
  return [
    server.n > load.length
      ? `${counts}: others used it meanwhile, and the differences are not those of the same requests.`
      : `${counts}: the differences are not those of the same requests.`,
  ]
}

function renderTarget({ rssBytes, cpuMs, overMs, processes }: TargetUse): string {
  const size = (bytes: number) => `${significant(bytes / 2 ** 20)} MiB`
  return table(
    ['its processes', 'memory before', 'mean during', 'most', 'CPU time', 'cores in use'],
    [
      [
        ...[String(processes), size(rssBytes.before), size(rssBytes.mean), size(rssBytes.most)],
        ...[formatDuration(cpuMs), significant(cpuMs / overMs)],
      ],
    ],
  )
}
