import { createRandom } from '../random.ts'
import type { TokenSource } from './engine.ts'

const WORDS = ['the ', 'model ', 'answers ', 'with ', 'words ', 'and ', 'more ', 'of ', 'them ']

/** Plain words from a seed. */
export const createTokenSource = (): TokenSource =>
  function* (job, _acceptor, seed) {
    const random = createRandom(job.sampling.temperature === 0 ? job.prompt : seed)
    const length = job.sampling.ignoreEos ? Number.POSITIVE_INFINITY : Math.max(20, job.sampling.minTokens)
    for (let index = 0; index < length; index++)
      for (const byte of Buffer.from(random.pick(WORDS)))
        yield { bytes: Uint8Array.of(byte), end: false, logprob: -1 }
    yield { bytes: new Uint8Array(), end: true, logprob: -1 }
  }
