import type { Job, Sampling } from '../job.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'

const family = 'streaming'
const heeds = (name: string) => new RegExp(`${name}, streamed.*a stream does not heed ${name}`)
const HEEDS = 'streaming.heeds-every-field'

/** What a request says of the draw and its stream does not do, or what one request leaves to the next. */
export const streamFieldFaults: readonly Fault[] = [
  {
    id: 'seed-ignored-streamed',
    says: 'a seed has no effect on a stream',
    family,
    source: 'https://github.com/plastic-labs/honcho/pull/370',
    dialects: OPENAI,
    caughtBy: { [HEEDS]: heeds('seed') },
    arm: () => ofStreams(({ seed: _, ...sampling }) => sampling),
  },
  {
    id: 'narrow-draw-ignored-streamed',
    says: 'top_p, top_k and min_p have no effect on a stream',
    family,
    source: 'https://github.com/plastic-labs/honcho/pull/370',
    dialects: OPENAI,
    caughtBy: { [HEEDS]: heeds('top_k') },
    arm: () => ofStreams((sampling) => ({ ...sampling, topP: 1, topK: 0, minP: 0 })),
  },
  {
    id: 'penalties-ignored-streamed',
    says: 'the penalties have no effect on a stream',
    family,
    source: 'https://github.com/earendil-works/pi/pull/9505',
    dialects: OPENAI,
    caughtBy: { [HEEDS]: heeds('frequency_penalty') },
    arm: () =>
      ofStreams((sampling) => ({
        ...{ ...sampling, presencePenalty: 0 },
        ...{ frequencyPenalty: 0, repetitionPenalty: 1 },
      })),
  },
  {
    id: 'greedy-drawn-in-streams',
    says: 'temperature 0 is 1 in a stream',
    family,
    source: 'https://github.com/plastic-labs/honcho/pull/370',
    dialects: OPENAI,
    caughtBy: { 'streaming.equals-full-greedy': /\d+ of \d+ streams differ from the whole answer/ },
    arm: () =>
      ofStreams((sampling) => ({ ...sampling, ...(sampling.temperature === 0 && { temperature: 1 }) })),
  },
  {
    id: 'greedy-drawn-in-company',
    says: 'with more than four in flight temperature 0 is 1.3',
    family: 'generation',
    source: 'https://github.com/vllm-project/vllm/issues/23138',
    dialects: BOTH,
    caughtBy: {
      'generation.is-greedy-in-company': /greedy answers are others beside 7 other requests than alone/,
    },
    arm: (server) => ({
      job: (job) =>
        server.inFlight() > 4 && job.sampling.temperature === 0
          ? { ...job, sampling: { ...job.sampling, temperature: 1.3 } }
          : job,
    }),
  },
  {
    id: 'seed-outlasts-request',
    says: 'a request without a seed is drawn with the last one that was given',
    family: 'generation',
    source: 'https://github.com/vllm-project/vllm/issues/11953',
    dialects: OPENAI,
    caughtBy: { 'generation.keeps-seeds': /the seed lasts beyond its request/ },
    arm: () => {
      let last: number | undefined
      return {
        job: (job) => {
          last = job.sampling.seed ?? last
          return last === undefined ? job : { ...job, sampling: { ...job.sampling, seed: last } }
        },
      }
    },
  },
  {
    id: 'held-back-end-lost',
    says: 'a stream with a stop string keeps back as many characters as that has, and its end never comes',
    family,
    source: 'https://github.com/Blaizzy/mlx-vlm/pull/1845',
    dialects: OPENAI,
    caughtBy: { 'generation.stop-that-never-comes': /streamed.* of the first one the end is lost: "/ },
    arm: () => ({
      outputs: (outputs, job) =>
        job.stream && job.sampling.stop.length > 0 ? heldBack(outputs, job) : outputs,
    }),
  },
]

const ofStreams = (change: (sampling: Sampling) => Sampling): ReturnType<Fault['arm']> => ({
  job: (job) => (job.stream ? { ...job, sampling: change(job.sampling) } : job),
})

async function* heldBack<T extends { readonly text: string }>(outputs: AsyncIterable<T>, job: Job) {
  const kept = Math.max(...job.sampling.stop.map((stop) => stop.length)) - 1
  let held = ''
  for await (const output of outputs) {
    held += output.text
    const text = held.slice(0, Math.max(0, held.length - kept))
    held = held.slice(text.length)
    yield { ...output, text }
  }
}
