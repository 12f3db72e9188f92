import { type CheckTools, describeFailure, inCases, isRefusal, probe, promise, quote } from '#infergate'
import { type Asked, ask, LEAST_CAP, send } from './ask.ts'

promise('responses.refuses', {
  says: 'a request that /v1/responses cannot serve is refused with a reason, streamed or not, and the service goes on',
  needs: ['chat', 'request-validation'],
  alone: 'hurts',
  async check(tools) {
    // Where the route is not there, everything is refused.
    await ask(tools, { input: 'Say hello.', max_output_tokens: LEAST_CAP })
    const input = 'Say hello.'
    const bad: Record<string, Asked> = {
      'a number as input': { input: 5 },
      'temperature -1': { input, temperature: -1 },
      'temperature -1, streamed': { input, temperature: -1, stream: true },
      'max_output_tokens -1': { input, max_output_tokens: -1 },
      'a format without its schema': { input, text: { format: { type: 'json_schema' } } },
      'tool_choice "required" without tools': { input, tool_choice: 'required' },
    }
    await inCases(
      tools,
      Object.fromEntries(Object.entries(bad).map(([what, asked]) => [what, () => refuses(tools, asked)])),
    )
    await probe(tools.service)
  },
})

async function refuses(tools: CheckTools, asked: Asked): Promise<void> {
  const { service, verify, notApplicable } = tools
  const reply = await send(tools, asked)
  if (reply.outcome === 'completed') {
    const says = `HTTP ${reply.status} with ${quote(reply.text)}`
    if (asked['stream'] && /"type"\s*:\s*"(?:error|response\.failed)"|"error"\s*:\s*\{/.test(reply.text))
      return
    if (service.profile.engine !== 'vllm')
      notApplicable(`only vLLM promises to refuse it; here it is ${says}`)
    verify(false, `not refused as a bad request: ${says}`, reply)
    return
  }
  verify(isRefusal(reply), `not refused as a bad request: ${describeFailure(reply)}`, reply)
  verify(
    (reply.error?.message ?? '').trim() !== '',
    `the refusal says nothing: ${quote(reply.body ?? '')}`,
    reply,
  )
}
