import { expect, test } from 'vitest'
import { loadDialect } from '../client/index.ts'
import { findSign } from './sign.ts'
import { failing, type Recorded, recorded } from './testing/evidence.ts'
import { titleOf } from './title.ts'

const openai = await loadDialect({ dialect: 'openai' })
const BODY = { model: 'm', prompt: 'Say hello to zx81kq.', max_tokens: 8 }

async function titleFor(failure: Recorded, reason?: string): Promise<string> {
  const check = failing(recorded(failure), reason)
  const { evidence, sign } = await findSign(check, openai)
  return titleOf({
    check: check.id,
    reason: check.reason ?? '',
    ...(evidence && { evidence }),
    ...(sign && { sign: sign.says }),
  })
}

test('two runs with the same failure have one title: ids, numbers and what was asked are not in it', async () => {
  const said = (id: string, prompt: string): Recorded => ({
    body: { ...BODY, prompt: `Say hello to ${prompt}.` },
    outcome: `http-status: HTTP 500: request cmpl-${id} failed after 12${id.length}.5 ms: no engine`,
    status: 500,
  })
  const title = await titleFor(said('8f3a22b1', 'zx81kq'))
  expect(title).toMatch(/^HTTP 500, http-status: request .* no engine$/)
  expect(await titleFor(said('0c77ff20aa', 'p0lly2'))).toBe(title)
})

test("the origin story's title is its error", async () => {
  const outcome = "service-error: 'AnankeLLM' object has no attribute 'llm'"
  expect(await titleFor({ body: BODY, outcome, status: 200 })).toBe(
    "HTTP 200, service-error: 'AnankeLLM' object has no attribute 'llm'",
  )
})

test('the words of a broken socket are the client’s own, so its kind is the title', async () => {
  const outcome = 'truncated-stream: other side closed (UND_ERR_SOCKET)'
  expect(await titleFor({ body: { ...BODY, stream: true }, outcome, status: 200 })).toBe(
    'HTTP 200, truncated-stream',
  )
})

test('a failure that the reason does not name is not what the check found', async () => {
  const { sign } = await findSign(
    failing(
      recorded({ body: BODY, outcome: 'http-status: HTTP 400: too long', status: 400 }),
      'the counters did not move',
    ),
    openai,
  )
  expect(sign).toBeUndefined()
})

test('an answer that keeps its constraint shows nothing', async () => {
  const answer = JSON.stringify({ model: 'm', choices: [{ index: 0, text: 'yes', finish_reason: 'stop' }] })
  const said = { outcome: 'completed: finish "stop"', status: 200, answer }
  const chosen = { ...BODY, structured_outputs: { choice: ['yes', 'no'] } }
  const { sign, evidence } = await findSign(failing(recorded({ ...said, body: chosen }), 'too slow'), openai)
  expect(sign).toBeUndefined()
  expect(evidence).toBeDefined()
  const other = { ...BODY, structured_outputs: { choice: ['no', 'never'] } }
  expect((await findSign(failing(recorded({ ...said, body: other }), 'x'), openai)).sign?.says).toContain(
    'none of the choices',
  )
})
