import {
  type CheckTools,
  type Completed,
  type GeneratingRoute,
  good,
  inParallel,
  median,
  onRoute,
  promise,
  routesOf,
  tokensWithin,
  verifyInTime,
} from '#infergate'
import { STORY } from './story.ts'

promise('streaming.arrives-in-pieces', {
  says: 'a long answer arrives event by event while it is made, the first event early',
  needs: ['stream'],
  alone: 'times',
  async check(tools) {
    for (const route of routesOf(tools.service))
      await tools.inCase(onRoute(tools.service, 'a long stream', route), () => piecesOn(tools, route))
  },
})

async function piecesOn({ service, inconclusive }: CheckTools, route: GeneratingRoute): Promise<void> {
  // What buffers on the way does so at any length. A server starved of its processor also delivers short streams in one
  // piece (a real vLLM on two busy cores: 96 tokens at once), so each further try is longer.
  const tries: { answer: Completed; flaw: string }[] = []
  for (const tokens of [48, 288, 640, 640]) {
    const ignoreEos = service.profile.engine === 'vllm' && { ignoreEos: true }
    const maxTokens = await tokensWithin(service, tokens, 24)
    const answer = good(await service.stream({ ...STORY, route, maxTokens, ...ignoreEos }), 'a long stream')
    if ((answer.usage?.completionTokens ?? answer.stream?.contentEvents ?? 0) < 24)
      inconclusive('the answer is too short to tell', answer)
    const flaw = bufferingOf(answer, service.profile.pace?.answerMs ?? 0)
    if (flaw === undefined) return
    tries.push({ answer, flaw })
  }
  // All of the last stream is late; no limit of it could be kept.
  verifyInTime(
    { tookMs: tries.at(-1)?.answer.timing.e2eMs ?? 0, limitMs: 0 },
    `each of ${tries.length} streams, the longer ones too, is buffered on the way: ${tries.at(-1)?.flaw}`,
    ...tries.map(({ answer }) => answer),
  )
}

promise('streaming.keeps-flowing', {
  says: 'a stream does not fall silent half-way',
  needs: ['stream'],
  alone: 'times',
  async check({ service, sampled }) {
    const routes = routesOf(service)
    const maxTokens = await tokensWithin(service, 64)
    const answers = await inParallel(4, 4, async (index) => {
      const route = routes[index % routes.length] ?? 'generate'
      return good(await service.stream({ ...STORY, route, maxTokens, temperature: 1 }), 'a stream')
    })
    // An answer of one piece has no gap.
    const gaps = answers.map(({ timing: { chunkAtMs } }) =>
      chunkAtMs.slice(1).map((at, index) => at - (chunkAtMs[index] ?? at)),
    )
    sampled(gaps.filter((gap) => gap.length > 0).length)
    const usual = median(gaps.flat())
    for (const [index, answer] of answers.entries()) {
      const longest = Math.max(0, ...(gaps[index] ?? []))
      verifyInTime(
        { tookMs: longest, limitMs: Math.max(SILENCE_MS, 20 * usual) },
        `a stream was silent for ${Math.round(longest)} ms; the usual gap is ${Math.round(usual)} ms`,
        answer,
      )
    }
  },
})

/** A silence that a reader notices, and longer than any step of a healthy engine. */
const SILENCE_MS = 2_000

/** Less time for all tokens but the first does not show when each came. */
const LEAST_MAKING_MS = 50

/** What says that something kept the stream back and sent it in one go; undefined when it flowed. An answer of one token takes `answerMs`. */
function bufferingOf({ timing }: Completed, answerMs: number): string | undefined {
  const { ttftMs = timing.e2eMs, e2eMs, reads } = timing
  if (reads < 5) return `the whole body came in ${reads} reads`
  // A service may need seconds before its first token: only what comes after that is the making of the text.
  const makingMs = e2eMs - answerMs
  if (makingMs >= LEAST_MAKING_MS && ttftMs - answerMs > 0.8 * makingMs)
    return `the first event came after ${Math.round(ttftMs)} of ${Math.round(e2eMs)} ms`
  return undefined
}
