import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { LatenessSummary } from './lateness.ts'
import type { AnswerTruth } from './truth.ts'

/** What a running stub says of itself. */
export type StubControls = {
  /** How late its writes were since the start or the last reset. */
  late(): Promise<LatenessSummary>
  /** Its last answers, the oldest first. */
  truth(): Promise<readonly AnswerTruth[]>
  /** Forgets lateness and truth; the next request is the first one of a stall. To be called while it answers nothing. */
  reset(): Promise<void>
}

export const controlsOf = (url: string): StubControls => ({
  late: async () => JSON.parse(await ask(`${url}/stub/late`, 'GET')),
  truth: async () => JSON.parse(await ask(`${url}/stub/truth`, 'GET')),
  reset: async () => void (await ask(`${url}/stub/reset`, 'POST')),
})

function ask(url: string, method: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { method, agent: false }, (response) => text(response).then(resolve, reject))
      .on('error', reject)
      .end()
  })
}
