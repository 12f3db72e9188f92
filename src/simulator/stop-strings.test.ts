import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StopStrings } from './stop-strings.ts'

const run = (
  pieces: readonly string[],
  stops: readonly string[],
  options = { include: false, holdBack: true },
) => {
  const strings = new StopStrings(stops, options)
  const out: string[] = []
  for (const piece of pieces) {
    out.push(strings.push(piece))
    if (strings.fired !== undefined) return { out, fired: strings.fired }
  }
  return { out: [...out, strings.flush()], fired: undefined }
}

test('a stop string over several pieces is cut out whole, and none of it shows before', () => {
  const { out, fired } = run(['Hel', 'lo E', 'N', 'D more'], ['END'])
  expect([out.join(''), fired]).toEqual(['Hello ', 'END'])
})

test('what only began like a stop string is shown in the end', () => {
  expect(run(['a', 'EN', 'x', 'E'], ['END']).out.join('')).toBe('aENxE')
})

test('the earliest of several stop strings wins, and may be kept', () => {
  expect(run(['one two three'], ['three', 'two']).fired).toBe('two')
  expect(run(['one two three'], ['two'], { include: true, holdBack: true }).out.join('')).toBe('one two')
})

test('without hold-back the beginning of a stop string gets out', () => {
  const { out, fired } = run(['a', 'EN', 'D'], ['END'], { include: false, holdBack: false })
  expect([out.join(''), fired]).toEqual(['aEN', 'END'])
})

test('half of a surrogate pair never leaves alone', () => {
  for (const piece of run(['😀😀😀', 'x'], ['abc']).out) expect(piece.isWellFormed()).toBe(true)
})

test('any split of a text gives the text before its first stop string', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'c'), { maxLength: 30 })
  fc.assert(
    fc.property(letters, fc.constantFrom(['ab'], ['aba', 'c'], ['bb', 'cab']), (pieces, stops) => {
      const text = pieces.join('')
      const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
      // The stop string that is complete first ends the text, wherever it began.
      const done = stops.map((stop) =>
        text.includes(stop) ? text.indexOf(stop) + stop.length : Number.POSITIVE_INFINITY,
      )
      const { out, fired } = run([...text], stops)
      expect(fired === undefined).toBe(ends.length === 0)
      if (fired === undefined) expect(out.join('')).toBe(text)
      else expect(out.join('') + fired).toBe(text.slice(0, Math.min(...done)))
    }),
    { seed: 7, numRuns: 300 },
  )
})
