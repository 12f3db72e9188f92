import { expect, test } from 'vitest'
import { openLoadClient } from '../client/index.ts'
import type { LoadAnswer, ServiceAddress } from '../records/index.ts'
import { rehearse, rehearsedOnce } from './rehearse.ts'

test('a rehearsal asks this thread alone, and each answer is whole', async () => {
  const opened: ServiceAddress[] = []
  const answers: LoadAnswer[] = []
  const open = async (address: ServiceAddress) => {
    opened.push(address)
    const client = await openLoadClient(address)
    return {
      prepare: client.prepare.bind(client),
      close: () => client.close(),
      [Symbol.asyncDispose]: () => client.close(),
      async send(...asked: Parameters<typeof client.send>) {
        const answer = await client.send(...asked)
        answers.push(answer)
        return answer
      },
    }
  }
  await rehearse(open)
  expect(opened.map(({ baseUrl }) => baseUrl)).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)])
  expect(answers.length).toBeGreaterThan(100)
  expect(answers.every(({ failure, events }) => failure === undefined && events >= 32)).toBe(true)
})

test('a thread rehearses once', async () => {
  let opened = 0
  const open = async (address: ServiceAddress) => {
    opened++
    return await openLoadClient(address)
  }
  // Another test may have rehearsed in this thread before.
  await rehearsedOnce(openLoadClient)
  await Promise.all([rehearsedOnce(open), rehearsedOnce(open)])
  expect(opened).toBe(0)
})
