export type MetricSample = {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** Reads the Prometheus text format (exposition formats, 0.0.4); lines that are no sample are left out. */
export function parseMetrics(text: string): MetricSample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line.trim()) ?? []
    if (name === undefined || value === undefined) return []
    return [{ name, labels: parseLabels(labels), value: parseValue(value) }]
  })
}

/** The sum over all series of a name, such as over a service's engines; undefined when there is none. */
export function metricSum(samples: readonly MetricSample[], name: string): number | undefined {
  const values = samples.filter((sample) => sample.name === name).map(({ value }) => value)
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0)
}

const parseLabels = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')]),
  )

const parseValue = (text: string): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
