import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { soupOf } from './canaries.ts'

// A service that says back whatever it was given, wherever a service can say anything: its arguments, its variables, the headers
// and the path of each request. Beside each secret stands the place, which is none: `open-canary-PLACE`.
const [port = '0', ...given] = process.argv.slice(2)
const named = `${process.env['ECHO_NAMES']},${process.env['ECHO_NAMES_OF_OTHERS']}`
  .split(',')
  .flatMap((name) => process.env[name] ?? [])
const own = [...given, ...named].flatMap((text) => /cnry-.*/.exec(text)?.[0] ?? [])

let heard: readonly string[] = []
const echo = (place: string): string => `open-canary-${place} ${soupOf([...new Set([...own, ...heard])])}`
/** What a header may carry. */
const headerEcho = (place: string): string => echo(place).replaceAll(/[^\x20-\x7e]/g, '')

const usage = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 }

function hear({ headers, url = '' }: IncomingMessage): void {
  const texts = [...Object.values(headers).flatMap((value) => value ?? []), decodeURIComponent(url)]
  heard = [...new Set([...heard, ...texts.flatMap((text) => /cnry-\S+/.exec(text)?.[0] ?? [])])]
}

type Answer = (response: ServerResponse, isStream: boolean) => void

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const completion = (text: string, model = 'tiny', finishReason: string | null = 'stop') => ({
  ...{ model, usage, id: echo('id') },
  choices: [{ index: 0, text, message: { role: 'assistant', content: text }, finish_reason: finishReason }],
})

const stream = (response: ServerResponse, events: readonly unknown[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-stream': headerEcho('stream-header') })
  response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
}

const delta = (text: string, finishReason: string | null = null) => ({
  choices: [{ index: 0, text, delta: { content: text }, finish_reason: finishReason }],
})

/** Right answers, so that a run goes on; what they hold is said back. */
const good: Answer = (response, isStream) =>
  isStream
    ? stream(response, [delta('hello '), delta(echo('delta')), delta('', 'stop')])
    : json(response, 200, completion(`hello ${echo('answer')}`), { 'x-echo': headerEcho('header') })

/** Each in its turn, or by its number: a prompt says `wanted-3`. */
const ANSWERS: readonly Answer[] = [
  good,
  (response) => json(response, 500, { error: { message: echo('error-message'), type: echo('error-type') } }),
  (response) => json(response, 400, { detail: echo('detail') }),
  (response) => json(response, 200, completion('', 'tiny', echo('finish-reason'))),
  (response) => json(response, 200, completion('x', echo('answer-model'))),
  (response) => json(response, 200, { choices: echo('wrong-shape') }),
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"a": ${echo('no-json')}`),
  (response) =>
    response.writeHead(200, { 'content-type': headerEcho('content-type') }).end(echo('text-body')),
  (response) =>
    response.writeHead(302, { location: `/away?${encodeURIComponent(headerEcho('redirect'))}` }).end(),
  (response) =>
    response.writeHead(303, { location: `http://other.invalid/${headerEcho('see-other')}` }).end(),
  (response) => stream(response, [delta('a'), { error: { message: echo('error-event') } }]),
  (response) => stream(response, [delta('a'), delta(echo('stream-finish'), echo('finish'))]),
  (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: {${echo('event')}\n\n`),
  (response) => response.writeHead(503, headerEcho('reason-phrase').slice(0, 400)).end(echo('busy-body')),
  (response) => response.writeHead(200, { 'content-encoding': headerEcho('encoding') }).end('x'),
  good,
]

/** The first answers are good ones: only a service that generates is judged further. */
const GOOD_FIRST = 12
let asked = 0

function answerPost(response: ServerResponse, body: string): void {
  const isStream = /"stream": ?true/.test(body)
  const [, wanted] = /wanted-(\d+)/.exec(body) ?? []
  const answer = asked < GOOD_FIRST ? good : ANSWERS[Number(wanted ?? asked) % ANSWERS.length]
  if (body.length > 64) asked++
  process.stdout.write(`asked ${asked} times: ${echo('log-line')}\n`)
  answer?.(response, isStream)
}

function answerGet(path: string, response: ServerResponse): void {
  const operation = /^\/(?:v1\/)?(\w+)/.exec(path)?.[1] ?? ''
  const says: Record<string, unknown> = {
    models: { data: [{ id: echo('model') }] },
    version: { version: echo('version') },
    health: { status: echo('health') },
  }
  if (operation in says) json(response, 200, says[operation])
  else if (operation === 'metrics') response.end(metrics())
  else response.writeHead(404, { 'x-echo': headerEcho('not-found-header') }).end(echo('not-found'))
}

function metrics(): string {
  const label = echo('metric-label').replaceAll(/[\\"]/g, '\\$&')
  return `# HELP vllm:x ${echo('metric-help')}\n# TYPE vllm:x gauge\nvllm:x{name="${label}"} 1\n`
}

process.stdout.write(`arguments ${JSON.stringify(process.argv.slice(2))} ${echo('log-start')}\n`)
process.stderr.write(`environment ${named.join(' ')} ${echo('log-stderr')}\n`)
process.stderr.write(`no line end: ${echo('open-line')}`)

if (process.env['ECHO_DIES'] !== undefined) {
  process.stderr.write(`${echo('last-words')}\n`)
  process.exit(3)
}

createServer((request, response) => {
  hear(request)
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.on('error', () => {})
  request.on('end', () =>
    request.method === 'POST' ? answerPost(response, body) : answerGet(request.url ?? '', response),
  )
}).listen(Number(port), '127.0.0.1')
