import { expect, test } from 'vitest'
import { repeatCommand } from './repeat-command.ts'

test('the command that repeats a run is what was typed, with its seed, quoted for a shell', () => {
  const typed = ['INFERGATE_MODEL=my model', 'infergate', 'gate', '--grep', "it's"]
  expect(repeatCommand({ typed, seed: 7 })).toBe(
    `INFERGATE_MODEL='my model' infergate gate --grep 'it'\\''s' --seed 7`,
  )
  expect(repeatCommand({ typed: ['infergate', 'gate', '--seed', '5'], seed: 5 })).toBe(
    'infergate gate --seed 5',
  )
  expect(repeatCommand({ seed: 5 })).toBeUndefined()
})
