import { expect, test } from 'vitest'
import { startThinkingServer, type Thinking } from '../client/testing/thinking-server.ts'
import { judgeFound } from './testing/judge-found.ts'

/** What the promises say of a service whose model thinks before it answers. */

const [ANSWERS, AFTER, BEFORE] = [
  'generation.thinks-then-answers',
  'structured-outputs.binds-after-a-thought',
  'structured-outputs.binds-before-a-thought',
] as const

async function judge(thinking: Thinking, ids: readonly string[] = [ANSWERS, AFTER, BEFORE]) {
  await using server = await startThinkingServer(thinking)
  return (await judgeFound(server.url, ids)).map(({ outcome, reason }) => [outcome, reason])
}

test.each(['reasoning', 'tags', 'unopened'] as const)(
  'a model that thinks and then answers is well: %s',
  async (as) => {
    expect(await judge({ as, plain: 'binds', words: 90 }, [ANSWERS, BEFORE])).toEqual([
      ['passed', undefined],
      ['passed', undefined],
    ])
  },
)

test('these promises do not concern a model that answers at once', async () => {
  const why = ['not-applicable', 'its answers on the chat route do not begin with a thought']
  expect(await judge({ as: 'none', plain: 'binds' })).toEqual([why, why, why])
})

test('content that stays empty because all of it stands in the reasoning is a finding', async () => {
  expect(await judge({ as: 'reasoning', neverAnswers: true }, [ANSWERS])).toEqual([
    [
      'failed',
      '3 of 3 answers hold no content, all of it stands in the reasoning: 17 tokens, finish reason "stop", ' +
        '"well well well well well well well well well well well well …"',
    ],
  ])
})

test('so is a thought that eats every budget', async () => {
  expect(await judge({ as: 'reasoning', words: 1e6 }, [ANSWERS])).toEqual([
    ['failed', expect.stringMatching(/^3 of 3 answers hold no content, .*finish reason "length"/)],
  ])
})

test('a constraint that waits on the plain route is one finding, in these words', async () => {
  expect(await judge({ as: 'reasoning', plain: 'waits' }, [BEFORE])).toEqual([
    ['failed', expect.stringMatching(/^on \/v1\/completions the constraint waits for <\/think>: /)],
  ])
})

test('one that is dropped there is no waiting one', async () => {
  expect(await judge({ as: 'reasoning', plain: 'drops' }, [BEFORE])).toEqual([
    ['failed', expect.stringMatching(/^on the plain route the constraint did not hold: /)],
  ])
})
