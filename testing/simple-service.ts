import { setTimeout as sleep } from 'node:timers/promises'
import { startOnLoopback } from './loopback.ts'

/** What one answer of the service says, from what was asked. */
export type SimpleAnswer = (asked: { readonly input: string; readonly limit: number }) => object

const WORDS = 'hello there this is a small story about a lamp that was green and a door that was open'.split(
  ' ',
)
/** What a small model needs for an answer. */
const ANSWER_MS = 5

/** Says hello, one word a token; what its limit cuts is not done. */
export const healthyAnswer: SimpleAnswer = ({ input, limit }) => {
  const wanted = input.includes('story') ? WORDS.length : 2
  const tokens = Math.min(wanted, limit)
  return { output: WORDS.slice(0, tokens).join(' '), done: tokens === wanted, tokens }
}

/** A real service of the contract that the dialect of docs/promises.md describes: POST /infer {input, limit}, GET /ping. */
export async function startSimpleService(answer: SimpleAnswer = healthyAnswer) {
  return startOnLoopback(async (request, response) => {
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    let text = ''
    for await (const part of request) text += part
    if (request.url === '/ping' && request.method === 'GET') return say(200, { ok: true })
    if (request.url !== '/infer' || request.method !== 'POST') return say(404, { failed: 'no such route' })
    const asked = parsed(text)
    if (!asked) return say(400, { failed: 'the body must be {"input": a text, "limit": a number}' })
    await sleep(ANSWER_MS)
    say(200, answer(asked))
  })
}

function parsed(text: string): Parameters<SimpleAnswer>[0] | undefined {
  try {
    const { input, limit } = JSON.parse(text)
    return typeof input === 'string' && Number.isInteger(limit) && limit > 0 ? { input, limit } : undefined
  } catch {
    return undefined
  }
}
