import { satisfies } from '../compile.ts'
import type { Asked } from '../hooks.ts'
import { json, type Reply } from '../http.ts'
import type { Job, Output } from '../job.ts'
import type { Refusal } from '../refusal.ts'
import type { Simulator } from '../simulator.ts'
import { readAnanke } from './request.ts'

/** `POST /generate_api`: one prompt in, one whole answer out; nothing streams here. */
export async function generateAnanke(sim: Simulator, { body, signal }: Asked): Promise<Reply> {
  const asking = readAnanke(body, sim.facts)
  const startedMs = sim.clock.monotonicMs()
  const { prompt, promptTokens, sampling, constraint } = asking
  const job: Job = {
    route: 'ananke',
    prompt,
    promptTokens,
    sampling,
    ...(constraint ? { constraint } : {}),
    stream: false,
    holdBack: true,
  }
  const outputs: Output[] = []
  for await (const output of sim.engine.generate(job, signal)) outputs.push(output)
  const text = outputs.map((output) => output.text).join('')
  const completionTokens = outputs.reduce((sum, { tokens }) => sum + tokens, 0)
  const usage = sim.hooks.usage(
    { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
    job,
  )
  const tookMs = sim.clock.monotonicMs() - startedMs
  return json(200, {
    generated_text: text,
    tokens_generated: usage.completionTokens,
    generation_time_ms: Math.round(tookMs),
    constraint_satisfied: sim.hooks.satisfied(constraint === undefined || satisfies(constraint, text)),
    model_name: sim.facts.model,
    finish_reason: outputs.at(-1)?.finish ?? 'error',
    metadata: {
      request_id: asking.requestId,
      prompt_tokens: usage.promptTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      constraint_type: asking.constraintType,
      tokens_per_sec: tookMs > 0 ? (completionTokens * 1000) / tookMs : null,
    },
  })
}

/** FastAPI's envelope: a body of the wrong shape is 422 with a list, all else a sentence. */
export function anankeError({ status, kind, message, param }: Refusal): Reply {
  if (kind !== 'malformed' || status !== 400) return json(status, { detail: message })
  return json(422, {
    detail: [{ type: 'value_error', loc: ['body', ...(param ? [param] : [])], msg: message }],
  })
}
