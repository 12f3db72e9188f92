import { Command } from 'commander'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HarnessError } from '../../errors.ts'
import type { StatedLoad } from '../../records/index.ts'
import { ARRIVAL_FLAGS } from './flags.ts'
import { parseArrivals } from './parse-arrivals.ts'

/** As the command line reads it. */
function typed(line: string): StatedLoad | undefined {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} })
  for (const { usage, says, parse } of ARRIVAL_FLAGS) command.option(usage, says, parse)
  command.parse(line.split(' ').filter(Boolean), { from: 'user' })
  return parseArrivals(command.opts())
}

const POISSON = { kind: 'poisson' }

test('no flag states no load', () => {
  expect(typed('')).toBeUndefined()
})

test.each<[string, StatedLoad]>([
  ['--rate 20', { arrivals: { shape: 'rate', rate: 20, spacing: { kind: 'poisson' } }, durationMs: 30_000 }],
  [
    '--rate 0.5 --arrivals constant --duration 1.5m',
    { arrivals: { shape: 'rate', rate: 0.5, spacing: { kind: 'constant' } }, durationMs: 90_000 },
  ],
  [
    '--rate 20 --burstiness 0.25 --max-requests 100',
    {
      arrivals: { shape: 'rate', rate: 20, spacing: { kind: 'gamma', burstiness: 0.25 } },
      maxRequests: 100,
    },
  ],
  [
    '--rate 20 --max-requests 100 --duration 500ms',
    {
      arrivals: { shape: 'rate', rate: 20, spacing: { kind: 'poisson' } },
      durationMs: 500,
      maxRequests: 100,
    },
  ],
  ['--concurrency 8', { arrivals: { shape: 'concurrency', concurrency: 8 }, durationMs: 30_000 }],
  [
    '--ladder 1,2,4 --duration 10',
    {
      arrivals: {
        shape: 'ladder',
        rungs: [1, 2, 4].map((concurrency) => ({ concurrency, durationMs: 10_000 })),
      },
    },
  ],
  ['--trace a.csv', { arrivals: { shape: 'trace', file: 'a.csv' } }],
  [
    '--trace a.csv --trace-from 10m --trace-speed 2 --duration 60 --max-requests 9',
    {
      arrivals: { shape: 'trace', file: 'a.csv', fromMs: 600_000, speed: 2 },
      durationMs: 60_000,
      maxRequests: 9,
    },
  ],
])('%s is the load that it says', (line, load) => {
  expect(typed(line)).toEqual(load)
})

test('a ramp is one stage, and stages hold a rate, ramp or pause', () => {
  expect(typed('--ramp 0:50 --duration 60')?.arrivals).toEqual({
    ...{ shape: 'stages', stages: [{ from: 0, to: 50, durationMs: 60_000 }], spacing: POISSON },
  })
  expect(typed('--stages 5@30s,5:20@1m,0@10 --arrivals constant')).toEqual({
    arrivals: {
      shape: 'stages',
      stages: [
        { from: 5, to: 5, durationMs: 30_000 },
        { from: 5, to: 20, durationMs: 60_000 },
        { from: 0, to: 0, durationMs: 10_000 },
      ],
      spacing: { kind: 'constant' },
    },
  })
})

test('concurrency beside an open loop caps the requests in flight', () => {
  expect(typed('--rate 20 --concurrency 8')).toEqual({ ...typed('--rate 20'), maxInFlight: 8 })
  expect(typed('--trace a.csv --concurrency 8')).toEqual({ ...typed('--trace a.csv'), maxInFlight: 8 })
  expect(typed('--concurrency 8')).not.toHaveProperty('maxInFlight')
})

test('a trace may begin at its first entry in so many words', () => {
  expect(typed('--trace a.csv --trace-from 0')?.arrivals).toEqual({
    ...{ shape: 'trace', file: 'a.csv', fromMs: 0 },
  })
})

test.each([
  ...['0', '-5', 'NaN', 'Infinity', '1e9', '0x10', '', 'ten', '20rps'].map((bad) => ['--rate', bad]),
  ...['5', '0:0', '5:', ':5', '-1:5', '5:20:5', '5:200000'].map((bad) => ['--ramp', bad]),
  ...['5', '5@', '@5', '5@0s', '5@10,', '0@10s', '5@10s@10s', '-5@10s', '5:x@10s', '5@25h'].map((bad) => [
    ...['--stages', bad],
  ]),
  ...['uniform', 'Poisson', ''].map((bad) => ['--arrivals', bad]),
  ...['0', '-1', '0.001', '1e6', 'NaN'].map((bad) => ['--burstiness', bad]),
  ...['0', '-1', '1.5', '20000', 'NaN', '8x'].map((bad) => ['--concurrency', bad]),
  ...['', '1,', '0,1', '1;2', '1,2.5', '1-4'].map((bad) => ['--ladder', bad]),
  ...['', ' '].map((bad) => ['--trace', bad]),
  ...['-1', 'x', '25h', 'NaN'].map((bad) => ['--trace-from', bad]),
  ...['0', '-1', 'NaN', '1e6'].map((bad) => ['--trace-speed', bad]),
  ...['0', '0s', '-5', 'NaN', 's', '5x', '25h', '5 minutes'].map((bad) => ['--duration', bad]),
  ...['0', '-1', '1.5', '1000001', 'NaN'].map((bad) => ['--max-requests', bad]),
])('%s %j is refused with the flag, the value and what it must be', (flag = '', bad = '') => {
  const { parse } = ARRIVAL_FLAGS.find(({ usage }) => usage.startsWith(`${flag} `)) ?? {}
  try {
    parse?.(bad)
  } catch (error) {
    expect(error).toBeInstanceOf(HarnessError)
    expect(error).toMatchObject({ code: 'usage' })
    expect(String(error)).toContain(`${flag} ${bad}: it must be `)
    return
  }
  throw new Error('it was accepted')
})

test.each([
  ['--rate 5 --trace a.csv', '--rate and --trace are two shapes of one load. Keep one of them.'],
  [
    '--ladder 1,2 --concurrency 8',
    '--concurrency has no meaning with --ladder: it belongs to --rate, --ramp,',
  ],
  ['--duration 5', '--duration says something of a load, and no load is stated. Add one of --rate, '],
  ['--max-requests 5', '--max-requests says something of a load'],
  ['--burstiness 2', '--burstiness says something of a load'],
  ['--trace-from 5', '--trace-from says something of a load, and no load is stated. Add one of --trace.'],
  [
    '--concurrency 8 --arrivals poisson',
    '--arrivals has no meaning with --concurrency: it belongs to --rate,',
  ],
  ['--rate 5 --trace-speed 2', '--trace-speed has no meaning with --rate: it belongs to --trace.'],
  ['--stages 5@5s --duration 5', '--duration has no meaning with --stages'],
  ['--ramp 5:20', '--ramp needs the time that it takes. Add it, as in --duration 60.'],
  ['--ramp 5:20 --max-requests 9', '--ramp needs the time that it takes.'],
  ['--rate 5 --arrivals gamma', '--arrivals gamma needs its shape. Add it, as in --burstiness 0.5'],
  [
    '--rate 5 --arrivals poisson --burstiness 2',
    '--burstiness is the shape of gamma gaps, and --arrivals poisson',
  ],
  ['--rate 100000 --duration 1h', 'The load has about 360000000 requests, and one run can hold 1000000.'],
  ['--stages 50000@10s,50000@11s', 'The load has about 1050000 requests'],
  ['--rate 0.01 --duration 10', 'The load has 0.1 requests on average: fewer than one.'],
])('%s is wrong usage', (line, says) => {
  expect(() => typed(line)).toThrow(HarnessError)
  expect(() => typed(line)).toThrow(says)
})

test('a cap on the requests allows a rate whose duration would bring too many', () => {
  expect(typed('--rate 100000 --duration 1h --max-requests 1000')?.maxRequests).toBe(1000)
})

test('whatever is typed, a value is parsed or refused as wrong usage', () => {
  const any = fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^[0-9.,:@a-z-]{0,12}$/))
  const property = fc.property(fc.constantFrom(...ARRIVAL_FLAGS), any, ({ parse }, text) => {
    try {
      expect(parse(text)).not.toBeNaN()
    } catch (error) {
      if (!(error instanceof HarnessError) || error.code !== 'usage') throw error
    }
  })
  fc.assert(property, { seed: 11, numRuns: 2000 })
})
