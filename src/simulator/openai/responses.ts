import type { Asked } from '../hooks.ts'
import { json, type Reply, type Stream } from '../http.ts'
import type { FinishReason, Job, Output, Usage } from '../job.ts'
import type { Simulator } from '../simulator.ts'
import { holdCalls, toJobs } from './generate.ts'
import { CallStream, parseAnswer } from './hermes.ts'
import { ResponseEvents } from './responses-events.ts'
import { type ResponseAsking, readResponseRequest, unknownResponse } from './responses-request.ts'
import {
  callItem,
  type Ended,
  type Item,
  messageItem,
  responseObject,
  textPart,
  tokenLogprobs,
} from './responses-shapes.ts'

type Responding = {
  readonly sim: Simulator
  readonly asking: ResponseAsking
  readonly asked: Asked
  readonly job: Job
  readonly newId: (prefix: string) => string
  /** What the object of this response keeps from its first event to its last. */
  readonly head: { readonly id: string; readonly createdAt: number; readonly model: string }
}

/** `POST /v1/responses`. */
export function respond(sim: Simulator, asked: Asked): Promise<Reply> | Stream {
  const read = readResponseRequest(asked.body, sim.facts)
  const asking = { ...read, ...holdCalls(sim, read) }
  const [job] = toJobs(asking, 'responses')
  if (!job) throw new Error('A response without a job.')
  const newId = (prefix: string) => `${prefix}${sim.random.marker(16)}`
  const createdAt = Math.floor(sim.clock.now().getTime() / 1000)
  const head = { id: newId('resp_'), createdAt, model: sim.facts.model }
  const responding = { sim, asking, asked, job, newId, head }
  return asking.stream ? { headers: {}, events: events(responding), nameOf } : whole(responding)
}

/** `GET /v1/responses/{id}` and its `/cancel`: nothing is stored, so there is none. */
export function findResponse(_: Simulator, { path }: Asked): never {
  throw unknownResponse(decodeURIComponent(path.split('/')[3] ?? ''))
}

/** The type of an event is its name too; what is no event of this route has none. */
const nameOf = (event: string): string | undefined => /"type":"(response\.[\w.]+)"}$/.exec(event)?.[1]

async function whole(responding: Responding): Promise<Reply> {
  const { sim, asking, asked, job, newId, head } = responding
  const outputs: Output[] = []
  for await (const output of sim.engine.generate(job, asked.signal)) outputs.push(output)
  const text = outputs.map((output) => output.text).join('')
  const { content, calls } = mayCall(asking) ? parseAnswer(text) : { content: text, calls: [] }
  const kept = asking.tools?.parallel === false ? calls.slice(0, 1) : calls
  const logprobs = asking.listsLogprobs ? tokenLogprobs(outputs, asking.logprobs ?? 0) : null
  const said = content ? [messageItem(newId('msg_'), 'completed', [textPart(content, logprobs)])] : []
  const called = kept.map(({ name, arguments: args }) =>
    callItem({ id: newId('fc_'), callId: newId('chatcmpl-tool-'), name }, 'completed', args),
  )
  const ended = endOf(responding, outputs)
  return json(200, responseObject(head, asking, { ...ended, output: [...said, ...called] }))
}

async function* events(responding: Responding): AsyncGenerator<string> {
  const { sim, asking, asked, job, newId, head } = responding
  const writer = new ResponseEvents(newId, asking.listsLogprobs)
  const show = (status: Ended, output: readonly Item[], usage?: Usage) => ({
    response: responseObject(head, asking, { status, output, usage }),
  })
  yield writer.event('response.created', show('in_progress', []))
  yield writer.event('response.in_progress', show('in_progress', []))
  const outputs: Output[] = []
  const calls = mayCall(asking) ? new CallStream() : undefined
  // What fails from here on breaks the connection off, without an event that says so: as the real server does.
  for await (const output of sim.engine.generate(job, asked.signal)) {
    outputs.push(output)
    const delta = calls ? calls.push(output.text) : { content: output.text, calls: [] }
    if (delta?.content) yield* writer.say(delta.content, logprobsOf(asking, output))
    for (const part of delta?.calls ?? [])
      if (asking.tools?.parallel !== false || part.index === 0) yield* writer.call(part)
  }
  yield* writer.close()
  // An answer that was cut is `completed` in its event's name and `incomplete` in its status.
  const { status, usage } = endOf(responding, outputs)
  yield writer.event('response.completed', show(status, writer.output, usage))
}

function endOf(
  { sim, asking, job }: Responding,
  outputs: readonly Output[],
): { status: Ended; usage: Usage } {
  const promptTokens = asking.prompts[0]?.tokens ?? 0
  const completionTokens = outputs.reduce((sum, { tokens }) => sum + tokens, 0)
  const usage = { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens }
  const status = ENDED[outputs.at(-1)?.finish ?? 'stop'] ?? 'completed'
  return { status, usage: sim.hooks.usage(usage, job) }
}

const ENDED: Partial<Readonly<Record<FinishReason, Ended>>> = { length: 'incomplete', error: 'failed' }

const logprobsOf = ({ listsLogprobs, logprobs = 0 }: ResponseAsking, output: Output): readonly object[] =>
  listsLogprobs ? tokenLogprobs([output], logprobs) : []

const mayCall = ({ tools }: ResponseAsking): boolean => tools !== undefined && tools.choice !== 'none'
