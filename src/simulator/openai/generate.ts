import type { Engine } from '../engine.ts'
import type { Asked } from '../hooks.ts'
import { json, type Reply, type Stream } from '../http.ts'
import type { Job, Output, SimRoute, Usage } from '../job.ts'
import { merge } from '../merge.ts'
import { Refusal } from '../refusal.ts'
import type { Simulator } from '../simulator.ts'
import { errorObject } from './envelope.ts'
import { type Asking, readChat, readCompletion } from './request.ts'
import {
  type Choice,
  chatShape,
  completionShape,
  type Shape,
  wholeFields,
  wireUsage,
  wireUsageWhole,
} from './shapes.ts'

/** `POST /v1/completions` and `POST /v1/chat/completions`. */
export function generate(
  sim: Simulator,
  route: 'completions' | 'chat',
  asked: Asked,
): Promise<Reply> | Stream {
  const asking = route === 'chat' ? readChat(asked.body, sim.facts) : readCompletion(asked.body, sim.facts)
  const answering = {
    sim,
    asking,
    asked,
    jobs: toJobs(asking, route),
    shape: route === 'chat' ? chatShape : completionShape,
  }
  return asking.stream ? { headers: {}, events: events(answering) } : whole(answering)
}

type Answering = {
  readonly sim: Simulator
  readonly asking: Asking
  readonly asked: Asked
  readonly jobs: readonly Job[]
  readonly shape: Shape
}

/** One job a choice: each prompt n times, as vLLM numbers them. */
function toJobs(asking: Asking, route: SimRoute): readonly Job[] {
  return asking.prompts.flatMap((prompt) =>
    Array.from({ length: asking.n }, (_, copy) => ({
      route,
      prompt: prompt.text,
      promptTokens: prompt.tokens,
      // Copies of one seeded prompt are meant to differ from each other, and to be the same the next time.
      sampling:
        asking.sampling.seed === undefined
          ? asking.sampling
          : { ...asking.sampling, seed: asking.sampling.seed + copy },
      ...(asking.constraint ? { constraint: asking.constraint } : {}),
      stream: asking.stream,
      holdBack: true,
    })),
  )
}

async function whole(answering: Answering): Promise<Reply> {
  const { sim, asking, asked, jobs, shape } = answering
  const choices: Output[][] = jobs.map(() => [])
  for await (const [index, output] of outputsOf(sim.engine, jobs, asked)) choices[index]?.push(output)
  return json(200, {
    ...head(answering, shape.objectName),
    choices: choices.map((outputs, index) => shape.whole(gather(answering, index, outputs), asking.logprobs)),
    ...{ ...wholeFields, ...shape.wholeFields, system_fingerprint: FINGERPRINT },
    usage: wireUsageWhole(usageOf(answering, choices.flat())),
  })
}

async function* events(answering: Answering): AsyncGenerator<string> {
  const { sim, asking, asked, jobs, shape } = answering
  const common = head(answering, shape.chunkName)
  const chunk = (choice: object, fields: object = {}) =>
    JSON.stringify({ ...common, choices: [choice], ...fields })
  const fingerprint = { system_fingerprint: FINGERPRINT }
  const all: Output[] = []
  try {
    const started = new Set<number>()
    for await (const [index, output] of outputsOf(sim.engine, jobs, asked)) {
      if (!started.has(index))
        for (const opening of shape.opening(index)) yield chunk(opening, shape.openingFields)
      const first = !started.has(index)
      started.add(index)
      all.push(output)
      const choice = gather(answering, index, [output], first)
      // The last event of a stream has it: of a choice, or the usage where it comes after.
      const isLast = choice.finish !== null && !asking.includeUsage
      yield chunk(shape.chunk(choice, asking.logprobs), isLast ? fingerprint : {})
    }
    const usage = wireUsage(usageOf(answering, all))
    if (asking.includeUsage) yield JSON.stringify({ ...common, choices: [], usage, ...fingerprint })
  } catch (error) {
    if (asked.signal.aborted) throw error
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'failed', String(error))
    // The headers have left: the failure is an event, and `[DONE]` still comes.
    yield JSON.stringify(errorObject(sim.hooks.refusal(refusal, asked)))
  }
  yield '[DONE]'
}

/** vLLM's is its version and a digest of its configuration. */
const FINGERPRINT = 'vllm-0.32.0-simulated'

const outputsOf = (engine: Engine, jobs: readonly Job[], asked: Asked) =>
  merge(jobs.map((job) => engine.generate(job, asked.signal)))

function gather(
  { asking, jobs }: Answering,
  index: number,
  outputs: readonly Output[],
  withEcho = true,
): Choice {
  const last = outputs.at(-1)
  const echoed = asking.echo && withEcho ? (jobs[index]?.prompt ?? '') : ''
  return {
    index,
    text: echoed + outputs.map(({ text }) => text).join(''),
    finish: last?.finish ?? null,
    stopReason: last?.stopReason ?? null,
    outputs,
  }
}

function usageOf({ sim, asking, jobs }: Answering, outputs: readonly Output[]): Usage {
  const promptTokens = asking.prompts.reduce((sum, { tokens }) => sum + tokens, 0)
  const completionTokens = outputs.reduce((sum, { tokens }) => sum + tokens, 0)
  const usage = { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens }
  const [job] = jobs
  return job ? sim.hooks.usage(usage, job) : usage
}

const head = ({ sim, shape }: Answering, objectName: string) => ({
  id: `${shape.idPrefix}${sim.random.marker(24)}`,
  object: objectName,
  created: Math.floor(sim.clock.now().getTime() / 1000),
  model: sim.facts.model,
})
