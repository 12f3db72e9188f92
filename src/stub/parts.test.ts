import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { EntryHeap } from './entry-heap.ts'
import { readFlags, writeFlags } from './flags.ts'
import { Lateness } from './lateness.ts'
import type { StubOptions } from './options.ts'
import { ServiceTime } from './service-time.ts'
import { readSpread } from './spread.ts'

test('the heap gives the first one first', () => {
  const random = createRandom(1)
  const heap = new EntryHeap()
  const times = Array.from({ length: 500 }, () => random.integer(0, 300))
  for (const atNs of times) heap.push({ atNs, run() {} })
  const sorted = times.map(() => {
    const first = heap.first()?.atNs
    heap.pop()
    return first
  })
  expect(sorted).toEqual(times.toSorted((a, b) => a - b))
  expect(heap.first()).toBeUndefined()
})

test('the time of a service stands still in a stall, which is counted from the first request', () => {
  const time = new ServiceTime(10, 5)
  expect(time.at(400e6)).toBe(400e6)
  time.begin(500e6)
  time.begin(505e6)
  expect([509, 510, 512, 515, 516, 600].map((ms) => time.at(ms * 1e6) / 1e6)).toEqual([
    509, 510, 510, 510, 511, 595,
  ])
  expect([509, 510, 511].map((ms) => time.wallOf(ms * 1e6) / 1e6)).toEqual([509, 510, 516])
})

test('lateness is known to a hundredth of a millisecond, its maximum exactly', () => {
  const late = new Lateness()
  for (let ms = 1; ms <= 100; ms++) late.add(ms * 1e6)
  expect(late.summary()).toEqual({ n: 100, p50: 50.01, p99: 99.01, max: 100 })
  late.add(7_654_321_000)
  expect(late.summary().max).toBe(7654.321)
})

test('an option is the same after the command line', () => {
  const options: StubOptions = {
    ttftMs: 'uniform:1-9',
    gapMs: 2.5,
    tokensPerEvent: 3,
    splitUtf8: true,
    spin: false,
  }
  expect(writeFlags(options)).toEqual([
    ...['--ttft-ms', 'uniform:1-9', '--gap-ms', '2.5', '--tokens-per-event', '3', '--split-utf8'],
  ])
  expect(readFlags(writeFlags(options))).toEqual({
    ttftMs: 'uniform:1-9',
    gapMs: '2.5',
    tokensPerEvent: '3',
    splitUtf8: true,
  })
})

test.each([
  [['--gap-ms', 'soon'], /--gap-ms is a number, a list like 10,20,30, uniform:10-30/],
  [['--gap-ms=-1'], /none of it below 0, not "-1"/],
  [['--ttft-ms', 'uniform:30-10'], /not "uniform:30-10"/],
  [['--slots', '0'], /--slots must be a whole number of at least 1, not "0"/],
  [['--ping-ms', ''], /--ping-ms must be a number of at least 0, not ""/],
  [['--what'], /Unknown option '--what'/],
])('%j is refused', (args, message) => {
  expect(() => readFlags(args)).toThrow(message)
})

test('draws have the mean that they are given', () => {
  const random = createRandom(2)
  const mean = (text: string) => {
    const draw = readSpread(text, 'it')
    return Array.from({ length: 10_000 }, (_, place) => draw(place, random)).reduce((a, b) => a + b) / 10_000
  }
  // Three standard errors: 10/√12/100 · 3 and 20/100 · 3.
  expect(Math.abs(mean('uniform:10-20') - 15)).toBeLessThan(0.09)
  expect(Math.abs(mean('exponential:20') - 20)).toBeLessThan(0.6)
  expect(mean('1,2,3,4')).toBe(2.5)
})
