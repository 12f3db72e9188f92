import { type Completed, contextTokens, good, inParallel, median, promise } from '#infergate'
import { STORY } from './story.ts'

promise('streaming.arrives-in-pieces', {
  says: 'a long answer arrives piece by piece while it is made, the first piece early',
  needs: ['stream'],
  alone: 'times',
  async check({ service, verify, inconclusive }) {
    // What buffers on the way does so at any length. A server starved of its processor also delivers short streams in one
    // piece (a real vLLM on two busy cores: 96 tokens at once), so each further try is longer.
    const tries: { answer: Completed; flaw: string }[] = []
    const longest = (await contextTokens(service)) ?? 1_024
    for (const tokens of [48, 288, 640, 640]) {
      const ignoreEos = service.profile.engine === 'vllm' && { ignoreEos: true }
      const maxTokens = Math.min(tokens, Math.floor(longest * 0.75))
      const answer = good(await service.stream({ ...STORY, maxTokens, ...ignoreEos }), 'a long stream')
      if ((answer.usage?.completionTokens ?? answer.stream?.contentEvents ?? 0) < 24)
        inconclusive('the answer is too short to tell', answer)
      const flaw = bufferingOf(answer)
      if (flaw === undefined) return
      tries.push({ answer, flaw })
    }
    verify(
      false,
      `each of ${tries.length} streams, the longer ones too, is buffered on the way: ${tries.at(-1)?.flaw}`,
      ...tries.map(({ answer }) => answer),
    )
  },
})

promise('streaming.keeps-flowing', {
  says: 'a stream does not fall silent half-way',
  needs: ['stream'],
  alone: 'times',
  async check({ service, verify, sampled }) {
    const answers = await inParallel(4, 4, async () =>
      good(await service.stream({ ...STORY, maxTokens: 64, temperature: 1 }), 'a stream'),
    )
    // An answer of one piece has no gap.
    const gaps = answers.map(({ timing: { chunkAtMs } }) =>
      chunkAtMs.slice(1).map((at, index) => at - (chunkAtMs[index] ?? at)),
    )
    sampled(gaps.filter((gap) => gap.length > 0).length)
    const usual = median(gaps.flat())
    for (const [index, answer] of answers.entries()) {
      const longest = Math.max(0, ...(gaps[index] ?? []))
      verify(
        longest <= Math.max(SILENCE_MS, 20 * usual),
        `a stream was silent for ${Math.round(longest)} ms; the usual gap is ${Math.round(usual)} ms`,
        answer,
      )
    }
  },
})

/** A silence that a reader notices, and longer than any step of a healthy engine. */
const SILENCE_MS = 2_000

/** What says that something kept the stream back and sent it in one go; undefined when it flowed. */
function bufferingOf({ timing }: Completed): string | undefined {
  const { ttftMs = timing.e2eMs, e2eMs, reads } = timing
  if (reads < 5) return `the whole body came in ${reads} reads`
  if (ttftMs > 0.8 * e2eMs)
    return `the first piece came after ${Math.round(ttftMs)} of ${Math.round(e2eMs)} ms`
  return undefined
}
