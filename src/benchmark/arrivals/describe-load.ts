import type { Arrivals, RateStage, Spacing, StatedLoad, TraceReplay } from '../../records/index.ts'

/** A load in one phrase: `20 requests/s (poisson) for 30 s, at most 100 requests in all`. */
export function describeLoad({ arrivals, durationMs, maxRequests, maxInFlight }: StatedLoad): string {
  return [
    describe(arrivals) + (durationMs === undefined ? '' : ` for ${seconds(durationMs)}`),
    ...(maxRequests === undefined ? [] : [`at most ${maxRequests} requests in all`]),
    ...(maxInFlight === undefined ? [] : [`at most ${maxInFlight} in flight`]),
  ].join(', ')
}

function describe(arrivals: Arrivals): string {
  switch (arrivals.shape) {
    case 'rate':
      return `${arrivals.rate} requests/s (${spacing(arrivals.spacing)})`
    case 'stages':
      return `${arrivals.stages.map(stage).join(', then ')} (${spacing(arrivals.spacing)})`
    case 'concurrency':
      return inFlight(arrivals.concurrency)
    case 'ladder':
      return arrivals.rungs
        .map(({ concurrency, durationMs }) => `${inFlight(concurrency)} for ${seconds(durationMs)}`)
        .join(', then ')
    case 'trace':
      return replay(arrivals)
  }
}

const inFlight = (n: number): string => `${n} ${n === 1 ? 'request' : 'requests'} in flight`

const stage = ({ from, to, durationMs }: RateStage): string =>
  `${from === to ? from : `${from} to ${to}`} requests/s for ${seconds(durationMs)}`

const spacing = (given: Spacing): string =>
  given.kind === 'gamma' ? `gamma, burstiness ${given.burstiness}` : given.kind

const replay = ({ file, fromMs, speed }: TraceReplay): string =>
  [
    `the trace ${file}`,
    ...(fromMs === undefined ? [] : [`from ${seconds(fromMs)} on`]),
    ...(speed === undefined ? [] : [`at ${speed} times its speed`]),
  ].join(' ')

const seconds = (ms: number): string => `${ms / 1000} s`
