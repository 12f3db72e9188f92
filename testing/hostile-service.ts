import type { IncomingMessage } from 'node:http'
import { startOnLoopback } from './loopback.ts'

/** What a page, a terminal or a reader could be fooled with, each in a service's own words. */
export const HOSTILE = [
  ...[
    '</script><img src=x onerror="globalThis.ran=1"><svg onload=globalThis.ran=1>',
    '<!--<script>globalThis.ran=1</script>',
  ],
  ...[
    '</pre></details></main><h1>PASS</h1>',
    '"><a href="javascript:globalThis.ran=1">click</a>',
    `' onfocus='globalThis.ran=1`,
  ],
  ...[
    '&lt;b&gt; &amp;amp; &#x3c;',
    'abc\u202egnp.exe\u2066\u2069',
    '\u001b[2J\u001b[31mred\u001b]8;;http://127.0.0.1:9\u0007link',
    'nul\u0000nul',
  ],
  ...[
    '\ud83c alone \udf0d',
    '\u200bzero\ufeffwidth\u{e0041}',
    '\u0024{globalThis.ran=1} {{ran}} `ran`',
    'url(http://127.0.0.1:9/x.png)',
  ],
].join(' | ')

/** A header takes no control characters, and nothing beyond Latin-1. */
const HOSTILE_HEADER = '</script><img src=x onerror=globalThis.ran=1> "&lt; javascript:globalThis.ran=1'
const MODEL = `</title><script>globalThis.ran=1</script>"' onload=globalThis.ran=1 \u202emodel\u0000\u001b[31m\ud83c`

/** A real service of OpenAI's wire whose every answer is hostile text: as text, as an error, as a line of 10 MB, in a stream. */
export const startHostileService = () => {
  let asked = 0
  return startOnLoopback(async (request, response) => {
    const body = await read(request)
    response.setHeader('x-served-by', HOSTILE_HEADER)
    const say = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (request.method === 'GET' && request.url === '/v1/models')
      return say(200, { object: 'list', data: [{ id: MODEL, object: 'model' }] })
    if (request.url === '/health_generate') return say(200, { said: HOSTILE + 'x'.repeat(10_000_000) })
    if (request.method === 'GET') return say(request.url === '/health' ? 200 : 404, { error: HOSTILE })
    const isStreamed = body.includes('"stream":true')
    asked += 1
    if (asked % 5 === 0) return say(500, { error: { message: HOSTILE, type: HOSTILE, code: HOSTILE } })
    if (!isStreamed) return say(200, answerOf(body, HOSTILE))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`data: ${JSON.stringify(answerOf(body, HOSTILE, 'delta'))}\n\ndata: ${HOSTILE}\n\n`)
  })
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += part
  return text
}

/** Of both routes at once: who reads one finds it. */
function answerOf(body: string, text: string, place: 'message' | 'delta' = 'message'): object {
  const choice = { index: 0, text, [place]: { role: 'assistant', content: text }, finish_reason: 'stop' }
  const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 }
  return {
    id: HOSTILE,
    object: body.includes('messages') ? 'chat.completion' : 'text_completion',
    model: MODEL,
    choices: [choice],
    usage,
  }
}
