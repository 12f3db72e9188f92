import { Command } from 'commander'
import { expect, test } from 'vitest'
import { collect } from '../../commands/flags.ts'
import { PROMPT_FLAGS, type PromptFlags, workloadsOf } from './flags.ts'

/** As commander makes them of the words on a command line. */
function parsed(flags: Readonly<Record<string, string>>): PromptFlags {
  const command = new Command()
  for (const { flag, help, parse, isRepeatable } of PROMPT_FLAGS)
    command.option(flag, help, (text: string, before: unknown) =>
      isRepeatable ? collect(parse(text), before as readonly unknown[] | undefined) : parse(text),
    )
  const words = Object.entries(flags).flatMap(([flag, text]) =>
    flag === '--workload' ? text.split('; ').flatMap((part) => [flag, part]) : [flag, text],
  )
  return command.parse(words, { from: 'user' }).opts()
}

test('without flags the load is synthetic', () => {
  expect(workloadsOf({})).toEqual([
    { source: { kind: 'synthetic', input: { kind: 'fixed', low: 128, high: 128 } } },
  ])
})

test('flags state one workload', () => {
  expect(workloadsOf(parsed({ '--prompts': 'a.jsonl', '--output': '64', '--tokenizer': 'server' }))).toEqual([
    { source: { kind: 'file', path: 'a.jsonl' }, output: { kind: 'fixed', low: 64, high: 64 } },
  ])
  expect(parsed({ '--shared-prefix': '512:0.8:10' }).sharedPrefix).toEqual({
    tokens: 512,
    share: 0.8,
    prefixes: 10,
  })
  expect(parsed({ '--shared-prefix': '512' }).sharedPrefix).toEqual({ tokens: 512, share: 1, prefixes: 1 })
})

test('each part of a mix has its own settings, and the flags beside it for the others', () => {
  const fixed = (n: number) => ({ kind: 'fixed', low: n, high: n })
  const workload = 'chat weight=3 input=256 turns=4; file prompts=a.jsonl output=9'
  expect(workloadsOf(parsed({ '--input': '100', '--output': '20', '--workload': workload }))).toEqual([
    {
      ...{ name: 'chat', weight: 3, output: fixed(20), turns: fixed(4) },
      source: { kind: 'synthetic', input: fixed(256) },
    },
    { name: 'file', output: fixed(9), source: { kind: 'file', path: 'a.jsonl' } },
  ])
})

test.each([
  [{ '--shared-prefix': '512:1.5' }, /above 0 and at most 1/],
  [{ '--shared-prefix': '0' }, /no length/],
  [{ '--turns': '5000' }, /can be more than 1000/],
  [{ '--turns': '0' }, /--turns "0"/],
  [{ '--workload': 'weight=3 input=4' }, /begin with a name/],
  [{ '--workload': 'chat weight=0' }, /no number above 0/],
  [{ '--workload': 'chat size=4' }, /"size=4" is no setting.*input=…/],
  [{ '--workload': 'chat input=4 prompts=a.jsonl' }, /contradict each other/],
  [{ '--workload': 'chat; chat' }, /two of --workload/],
  [{ '--input': '4', '--prompts': 'a.jsonl' }, /contradict each other/],
  [{ '--prompts': '' }, /--prompts is empty/],
])('%j is refused', (flags: Record<string, string>, says) => {
  expect(() => workloadsOf(parsed(flags))).toThrow(says)
})
