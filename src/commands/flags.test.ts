import { Command, CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { addRunFlags, addSelectionFlags, type TypedOptions, toRunFlags } from './flags.ts'
import type { RunFlags } from './io.ts'

function parse(...args: string[]): RunFlags {
  const command = addSelectionFlags(addRunFlags(new Command()))
  command.exitOverride().configureOutput({ writeErr: () => {} })
  return toRunFlags(command.parse(args, { from: 'user' }).opts<TypedOptions>())
}

test('no flag is no value: the next source decides', () => {
  expect(parse()).toEqual({})
})

test('flags that may be repeated gather in order', () => {
  const { suites, tags, faults, reporters } = parse(
    ...['--suite', 'health', '--suite', 'errors', '--tag', 'smoke', '--fault', 'a', '--fault', 'b'],
    ...['--reporter', 'junit=out/j.xml', '--reporter', 'markdown=a=b.md'],
  )
  expect({ suites, tags, faults }).toEqual({
    suites: ['health', 'errors'],
    tags: ['smoke'],
    faults: ['a', 'b'],
  })
  expect(reporters).toEqual([
    { name: 'junit', path: 'out/j.xml' },
    { name: 'markdown', path: 'a=b.md' },
  ])
})

test('a number that is none, or out of range, is refused', () => {
  expect(parse('--seed', '0', '--max-seconds', '0.5')).toEqual({ seed: 0, maxSeconds: 0.5 })
  const wrong = [
    ...['seven', '-1', '1.5', '', '4294967296', '1e3', 'Infinity'].map((value) => ['--seed', value]),
    ...['soon', '0', '-3', '', 'NaN', 'Infinity', '86401'].map((value) => ['--max-seconds', value]),
    ['--reporter', 'junit='],
  ]
  for (const args of wrong) expect(() => parse(...args), args.join(' ')).toThrow(CommanderError)
})

test('one result fits on stdout, not two', () => {
  expect(parse('--json', '--reporter', 'json')).toEqual({ json: true })
  expect(parse('--json', '--reporter', 'github').reporters).toEqual([{ name: 'github' }])
  expect(() => parse('--json', '--reporter', 'junit')).toThrow(/stdout.*--reporter junit=FILE/)
  expect(() => parse('--reporter', 'markdown', '--reporter', 'junit')).toThrow(/stdout/)
})
