import type { Engine } from '../engine.ts'
import { type Asked, headerOf } from '../hooks.ts'
import { json, type Reply, type Stream } from '../http.ts'
import type { Job, Output, SimRoute, Usage } from '../job.ts'
import { merge } from '../merge.ts'
import { Refusal } from '../refusal.ts'
import type { Simulator } from '../simulator.ts'
import { ChoiceTools } from './choice-tools.ts'
import { errorObject } from './envelope.ts'
import { echo, promptLogprobs } from './prompt-logprobs.ts'
import { type Asking, readChat, readCompletion } from './request.ts'
import {
  type Choice,
  chatShape,
  completionShape,
  type Shape,
  type Told,
  wholeFields,
  wireUsage,
  wireUsageWhole,
} from './shapes.ts'
import { decideCalls, holdToCalls } from './tool-decision.ts'

/** `POST /v1/completions` and `POST /v1/chat/completions`. */
export function generate(
  sim: Simulator,
  route: 'completions' | 'chat',
  asked: Asked,
): Promise<Reply> | Stream {
  const asking = route === 'chat' ? readChat(asked.body, sim.facts) : readCompletion(asked.body, sim.facts)
  const held = holdCalls(sim, asking)
  const answering = {
    sim,
    asking: held,
    asked,
    jobs: toJobs(held, route),
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

/** The request with the grammar of the calls that the model is going to make. */
export function holdCalls(sim: Simulator, asking: Asking): Asking {
  const { tools, lastTurn, constraint } = asking
  if (!tools || !lastTurn) return asking
  // Where the model is free to call, a format that was asked for holds its words; where it must, the call goes first.
  if (tools.choice === 'auto' && constraint) return asking
  const calls = sim.hooks.calls(decideCalls(tools, lastTurn), tools)
  return calls.length > 0 ? { ...asking, constraint: holdToCalls(calls) } : asking
}

/** One job a choice: each prompt n times, as vLLM numbers them. */
export function toJobs(asking: Asking, route: SimRoute): readonly Job[] {
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
      copy,
      copies: asking.n,
      ...(asking.logprobs === undefined ? {} : { alternatives: asking.logprobs }),
    })),
  )
}

async function whole(answering: Answering): Promise<Reply> {
  const { sim, asking, asked, jobs, shape } = answering
  const choices: Output[][] = jobs.map(() => [])
  for await (const [index, output] of outputsOf(sim.engine, jobs, asked)) choices[index]?.push(output)
  return json(200, {
    ...head(answering, shape.objectName),
    choices: choices.map((outputs, index) =>
      shape.whole(withMessage(answering, gather(answering, index, outputs)), asking),
    ),
    ...{ ...wholeFields, ...shape.wholeFields(toldOf(answering, 0)), system_fingerprint: FINGERPRINT },
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
    const tools = jobs.map(() => toolsOf(answering))
    const offsets = jobs.map(() => 0)
    for await (const [index, output] of outputsOf(sim.engine, jobs, asked)) {
      if (!started.has(index))
        for (const opening of shape.opening(index))
          yield chunk(opening, shape.openingFields(toldOf(answering, index)))
      const first = !started.has(index)
      started.add(index)
      all.push(output)
      const gathered = { ...gather(answering, index, [output], first), offset: offsets[index] ?? 0 }
      offsets[index] = gathered.offset + gathered.echoed.length + output.token.length
      const choice = withDelta(gathered, tools[index])
      if (choice.delta === NOTHING && choice.finish === null && asking.logprobs === undefined) continue
      // The last event of a stream has it: of a choice, or the usage where it comes after.
      const isLast = choice.finish !== null && !asking.includeUsage
      yield chunk(shape.chunk(choice, asking), isLast ? fingerprint : {})
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

/** A delta of a choice that adds nothing. */
const NOTHING = {}

const toolsOf = ({ sim, asking }: Answering): ChoiceTools | undefined =>
  asking.tools && new ChoiceTools(asking.tools, () => `chatcmpl-tool-${sim.random.marker(16)}`)

function withDelta(choice: Choice, tools: ChoiceTools | undefined): Choice {
  if (!tools) return choice
  const delta = tools.delta(choice.text) ?? NOTHING
  return { ...choice, delta, finish: tools.finish(choice.ended) }
}

function withMessage(answering: Answering, choice: Choice): Choice {
  const read = toolsOf(answering)?.whole(choice.text, choice.ended)
  return read ? { ...choice, message: read, finish: read.finish } : choice
}

/** vLLM's is its version and a digest of its configuration. */
const FINGERPRINT = 'vllm-0.32.0-simulated'

const outputsOf = (engine: Engine, jobs: readonly Job[], asked: Asked) =>
  merge(jobs.map((job) => engine.generate(job, asked.signal)))

function gather(answering: Answering, index: number, outputs: readonly Output[], withEcho = true): Choice {
  const { asking, jobs } = answering
  const last = outputs.at(-1)
  const echoed = asking.echo && withEcho ? (jobs[index]?.prompt ?? '') : ''
  const isEchoed = echoed !== '' && asking.logprobs !== undefined
  return {
    index,
    text: echoed + outputs.map(({ text }) => text).join(''),
    ended: last?.finish ?? null,
    echoed,
    finish: last?.finish ?? null,
    stopReason: last?.stopReason ?? null,
    outputs: [...(isEchoed ? echo(echoed, asking.logprobs) : []), ...outputs],
    offset: 0,
    ...(withEcho && toldOf(answering, index)),
  }
}

/** What an answer tells of its prompt, where that is asked for. */
function toldOf({ sim, asking }: Answering, index: number): Told {
  const prompt = asking.prompts[Math.floor(index / asking.n)]?.rendered ?? ''
  const tellsIds = asking.returnsIds || (asking.echo && asking.stream)
  return {
    promptTokens: asking.promptLogprobs === undefined ? null : promptLogprobs(prompt, asking.promptLogprobs),
    promptIds: tellsIds ? sim.facts.tokenizer.encode(prompt) : null,
  }
}

function usageOf({ sim, asking, jobs }: Answering, outputs: readonly Output[]): Usage {
  const promptTokens = asking.prompts.reduce((sum, { tokens }) => sum + tokens, 0)
  const completionTokens = outputs.reduce((sum, { tokens }) => sum + tokens, 0)
  const usage = { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens }
  const [job] = jobs
  return job ? sim.hooks.usage(usage, job) : usage
}

/** As vLLM does, the id is the client's own where it gave one. */
const head = ({ sim, shape, asked }: Answering, objectName: string) => ({
  id: `${shape.idPrefix}${headerOf(asked, 'x-request-id') ?? sim.random.marker(24)}`,
  object: objectName,
  created: Math.floor(sim.clock.now().getTime() / 1000),
  model: sim.facts.model,
})
