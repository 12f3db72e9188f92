import { json, type Reply } from '../http.ts'

/** The shape of the origin story: a failure dressed as HTTP 200, in the answer format of each route. */
export function failedAnswer(model: string, path: string, error: string): Reply {
  const metadata = { error, error_type: 'ValueError' }
  if (path === '/generate_api')
    return json(200, {
      generated_text: '',
      tokens_generated: 0,
      generation_time_ms: 0,
      constraint_satisfied: false,
      model_name: model,
      finish_reason: 'error',
      metadata,
    })
  if (path === '/v1/responses') {
    const failed = { status: 'failed', error: { code: 'server_error', message: error }, output: [] }
    return json(200, { id: 'resp_failed', object: 'response', created_at: 0, model, ...failed, usage: null })
  }
  const chat = path === '/v1/chat/completions'
  return json(200, {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-failed`,
    object: chat ? 'chat.completion' : 'text_completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        ...(chat ? { message: { role: 'assistant', content: '' } } : { text: '' }),
        logprobs: null,
        finish_reason: 'error',
      },
    ],
    usage: { prompt_tokens: 0, total_tokens: 0, completion_tokens: 0 },
    metadata,
  })
}
