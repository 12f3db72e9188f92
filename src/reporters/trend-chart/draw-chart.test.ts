import { expect, test } from 'vitest'
import { xmlFaults } from '../testing/xml-faults.ts'
import type { Chart, Panel } from './chart.ts'
import { drawChart } from './index.ts'

const day = (n: number): string => new Date(Date.UTC(2026, 0, n, 2)).toISOString()
const HOSTILE = '</title><script>alert(1)</script> & "x" \u0000 \u202e 日本'

const panel = (change: Partial<Panel> = {}): Panel => ({
  title: 'e2eMsP50 (warm)',
  unit: 'ms',
  points: Array.from({ length: 40 }, (_, i) => ({
    ...{ at: day(i + 1), value: (i < 25 ? 100 : 110) + (i % 3), says: `night ${i}` },
    ...(i === 7 && { isLeftOut: true }),
  })),
  levels: [
    { from: day(1), to: day(25), value: 101, isAccepted: true },
    { from: day(26), to: day(40), value: 111, isAccepted: false },
  ],
  changes: [{ at: day(26), from: day(24), to: day(27), label: '+10 %', says: 'it rose by 10 %.' }],
  ...change,
})
const chart = (...panels: readonly Panel[]): Chart => ({
  title: 'staging',
  description: 'what it shows',
  panels,
})

/** What is drawn, without the style sheet. */
const marks = (svg: string, name: string): number => svg.split(`class="${name}"`).length - 1

test('every night is a mark, one that does not count is a ring, and the line has a gap there', () => {
  const svg = drawChart(chart(panel()))
  expect([marks(svg, 'dot'), marks(svg, 'ring'), marks(svg, 'line')]).toEqual([39, 1, 2])
  expect(xmlFaults(svg)).toEqual([])
})

test('the accepted segment, both levels and the change with its interval are drawn, and its sentence stands below', () => {
  const svg = drawChart(chart(panel()))
  expect([marks(svg, 'accepted'), marks(svg, 'level'), marks(svg, 'within'), marks(svg, 'change')]).toEqual([
    1, 2, 1, 1,
  ])
  expect(svg).toContain('>1: +10 %</text>')
  expect(svg).toContain('>1: it rose by 10 %.</text>')
})

test('cold stands above warm on one axis of time, and changes are numbered through', () => {
  const svg = drawChart(chart(panel({ title: 'cold' }), panel({ title: 'warm' })))
  expect(svg.indexOf('>cold<')).toBeLessThan(svg.indexOf('>warm<'))
  expect(svg).toContain('>2: +10 %</text>')
  const places = [...svg.matchAll(/<circle [^>]*cx="([\d.]+)"/g)].map(([, x]) => x)
  expect(places.slice(0, 40)).toEqual(places.slice(40))
})

test('a picture is named and described for who cannot see it, and asks for nothing elsewhere', () => {
  const svg = drawChart(chart(panel()), 'one')
  expect(svg).toContain('role="img" aria-labelledby="one-title one-desc"')
  expect(svg).toContain('<title id="one-title">staging</title>\n<desc id="one-desc">what it shows</desc>')
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
    /https?:|url\(|@import|href|<image|<script/,
  )
  expect(svg).toContain('@media (prefers-color-scheme:dark)')
})

test('text is text, whatever stands in it', () => {
  const change = { at: day(3), from: day(2), to: day(4), label: HOSTILE, says: HOSTILE }
  const svg = drawChart({
    title: HOSTILE,
    description: HOSTILE,
    panels: [
      panel({
        title: HOSTILE,
        unit: HOSTILE,
        changes: [change],
        points: [{ at: day(1), value: 1, says: HOSTILE }],
      }),
    ],
  })
  expect(xmlFaults(svg)).toEqual([])
  expect(svg).not.toContain('<script')
  for (const character of ['\u0000', '\u202e']) expect(svg).not.toContain(character)
})

test('one night, equal values and values of any size are drawn inside the picture', () => {
  for (const values of [[5], [5, 5, 5], [0, 0], [1e-9, 2e-9], [1e12, 3e12], [-1, 1]]) {
    const svg = drawChart(
      chart(
        panel({
          levels: [],
          changes: [],
          points: values.map((value, i) => ({ at: day(i + 1), value, says: '' })),
        }),
      ),
    )
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(xmlFaults(svg)).toEqual([])
    for (const [, y] of svg.matchAll(/cy="(-?[\d.]+)"/g)) {
      expect(Number(y)).toBeGreaterThanOrEqual(40)
      expect(Number(y)).toBeLessThanOrEqual(200)
    }
  }
})

test('a picture is the same each time it is drawn', async () => {
  await expect(drawChart(chart(panel()))).toMatchFileSnapshot('../../../fixtures/trend/chart.svg')
})
