import { readFileSync } from 'node:fs'
import type { LoadClient, Prepared } from '../../client/index.ts'
import { type Clock, systemClock } from '../../clock.ts'
import type { LoadAnswer } from '../../records/index.ts'

/** Time that stands still at the start of a recorded load: its stamps are in its answers. Tests only. */
export const stillClock: Clock = {
  now: systemClock.now,
  monotonicMs: () => 0,
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
}

/** Answers each prompt as a file has it, out of turn. Tests only. */
export function openRecorded(file: string): LoadClient {
  const answers: Record<string, LoadAnswer> = JSON.parse(readFileSync(file, 'utf8'))
  let turn = 0
  return {
    prepare: ({ prompt }): Prepared => ({
      ...{ operation: 'generate', body: prompt, isStreamed: true, headers: {}, hasTags: false },
    }),
    async send({ body }) {
      for (let left = (turn++ * 7) % 5; left >= 0; left--)
        await new Promise((resolve) => setImmediate(resolve))
      const answer = answers[body]
      if (!answer) throw new Error(`nothing was recorded for ${body}`)
      if (answer.text === 'CRASH') process.exit(7)
      return answer
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}
