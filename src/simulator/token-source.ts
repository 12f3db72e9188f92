import { createRandom, type Random } from '../random.ts'
import type { State } from './constraint/index.ts'
import type { TokenSource } from './engine.ts'
import type { Job, Token } from './job.ts'

const WORDS = ['the ', 'model ', 'answers ', 'with ', 'words ', 'and ', 'more ', 'of ', 'them ']
const END = { bytes: new Uint8Array(), end: true, logprob: -1 }

/** Plain words from a seed. */
export const createTokenSource = (): TokenSource =>
  function* (job, acceptor, seed) {
    const random = createRandom(job.sampling.temperature === 0 ? job.prompt : seed)
    if (acceptor) return yield* constrained(acceptor.start(), random, job)
    const { minTokens, ignoreEos } = job.sampling
    const length = ignoreEos ? Number.POSITIVE_INFINITY : Math.max(20, minTokens)
    const quoted = /"([^"]+)"/.exec(job.prompt)?.[1] ?? ''
    for (const byte of Buffer.from(quoted)) yield token(byte)
    for (let index = 0; index < length; index++)
      for (const byte of Buffer.from(random.pick(WORDS))) yield token(byte)
    yield END
  }

const token = (byte: number) => ({ bytes: Uint8Array.of(byte), end: false, logprob: -1 })

function* constrained(start: State, random: Random, job: Job): Generator<Token> {
  let state = start
  for (let count = 0; ; count++) {
    if (state.canEnd() && (state.mustEnd() || random.next() < 0.3)) return yield END
    const rest = state.shortestCompletion()
    const allowed = Array.from({ length: 95 }, (_, index) => index + 32).filter((byte) => state.allows(byte))
    const hurry = rest !== undefined && (count + rest.length + 4 >= job.sampling.maxTokens || count > 60)
    const [first] = rest ?? []
    const byte =
      hurry && first !== undefined ? first : random.pick(allowed.length > 0 ? allowed : [first ?? 32])
    yield token(byte)
    state = state.next(byte)
  }
}
