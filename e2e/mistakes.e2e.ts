import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emptyFolder, runCli } from '../testing/run-cli.ts'

/** What one service was asked: each request as METHOD PATH. It speaks OpenAI's wire for one model, and a contract of its own. */
const seen: string[] = []
const service = createServer(async (request, response) => {
  seen.push(`${request.method} ${request.url}`)
  let body = ''
  for await (const part of request) body += part
  const say = (status: number, answer: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  if (request.url === '/health' || request.url === '/ping') return say(200, {})
  if (request.url === '/v1/models') return say(200, { data: [{ id: 'tiny-llama' }] })
  if (request.url === '/infer') return say(200, { output: 'hello', done: true })
  if (!request.url?.startsWith('/v1/')) return say(404, { detail: 'Not Found' })
  if (JSON.parse(body).model === 'tiny-llama')
    return say(200, { choices: [{ index: 0, text: 'hello', finish_reason: 'stop' }] })
  return say(404, { error: { message: 'The model does not exist.', param: 'model' } })
})
let url = ''
beforeAll(async () => {
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
})
afterAll(() => {
  service.closeAllConnections()
  service.close()
})
beforeEach(() => void seen.splice(0))

const isLoad = (request: string): boolean => request.startsWith('POST')

const dialect = (path: string, field: string): string => `export default {
  name: 'mine', capabilities: ['health'],
  operations: { health: { method: 'GET', path: '/ping' }, generate: { method: 'POST', path: '${path}' } },
  encode: (request) => ({ operation: 'generate', body: { input: request.prompt } }),
  decode: (body) => ({ text: body.${field}, finishReason: body.done ? 'stop' : 'length' }),
}`
const suite = (lines: string): string => `import { promise } from 'infergate'\n${lines}`
const CHECK = 'async check({ verify }) { verify(false, "never") }'

type Mistake = {
  readonly args?: readonly string[]
  /** By name, beside the configuration. */
  readonly files?: Readonly<Record<string, string>>
  /** The configuration as the target `it` has it, and around it. */
  readonly target?: string
  readonly settings?: string
  readonly says: RegExp
  /** How many generations may be asked for; the mistake shows in their answers alone. */
  readonly asked?: number
}

/** `target`: named by default, so that only the mistake can stop the run. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no target': { target: '', says: /No target is chosen.*--url .*--target NAME.*infergate init/ },
  'an unknown model': {
    args: ['--model', 'tiny-lama'],
    says: /no model "tiny-lama": did you mean "tiny-llama"\? Correct --model/,
    asked: 1,
  },
  "a dialect's path": {
    files: { 'mine.js': dialect('/infr', 'output') },
    target: `dialect: 'mine', dialectModule: './mine.js'`,
    says: /POST \S+\/infr is HTTP 404.*Correct the path of `operations\.generate` in it/,
    asked: 2,
  },
  "a dialect's field": {
    files: { 'mine.js': dialect('/infer', 'outptu') },
    target: `dialect: 'mine', dialectModule: './mine.js'`,
    says: /`body\.outptu` for its `text`.*operations\.generate.*output.*hello.*Correct `decode` in it/,
    asked: 2,
  },
  "a promise's need": {
    files: { 'a.suite.ts': suite(`promise('x.y', { says: 'so', needs: ['chatt'], ${CHECK} })`) },
    settings: `suites: ['a.suite.ts']`,
    says: /x\.y needs "chatt", which is no capability: did you mean "chat"\?/,
  },
  'a reporter': { args: ['--reporter', 'junitt'], says: /no reporter "junitt": did you mean "junit"\?/ },
  "a suite's syntax": {
    files: { 'a.suite.ts': suite(`promise('x.y', {\n  says: 'so',\n  check: async ( => {},\n})`) },
    settings: `suites: ['a.suite.ts']`,
    says: /a\.suite\.ts cannot be loaded: .*line 4/,
  },
  "a case's line": {
    files: {
      'cases.jsonl': '{"id":"x.y","prompt":"a","contains":"b"}\n{"id":"x.z","promt":"a","contains":"b"}',
    },
    settings: `cases: ['cases.jsonl']`,
    says: /cases\.jsonl:2 is no case: .*prompt.*Correct the line/,
  },
  "a limit's name": {
    settings: `policy: { limits: { 'warm.e2eMsP05': 500 } }`,
    says: /warm\.e2eMsP05.*did you mean "?'?warm\.e2eMsP50/i,
  },
  'a secret written out': {
    // Replaces the target of the same name.
    settings: `targets: { it: { kind: 'process', command: ['serve', '--port', '{port}', '--api-key', 'sk-written-out'] } }`,
    says: /--api-key.*\{env:/,
  },
  'an id twice': {
    files: { 'a.suite.ts': suite(`promise('generation.answers', { says: 'so', ${CHECK} })`) },
    settings: `suites: ['a.suite.ts']`,
    says: /generation\.answers is declared twice: give one of them another id/,
  },
}

for (const [name, mistake] of Object.entries(MISTAKES)) {
  test(`${name} is a mistake of the user's: exit 2 with the next step, and no load`, async () => {
    const { args = [], files = {}, target = '', settings = '', says, asked = 0 } = mistake
    const cwd = emptyFolder()
    for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text)
    const chosen = name === 'no target' ? '' : `target: 'it',`
    writeFileSync(
      join(cwd, 'infergate.config.ts'),
      `export default { ${chosen} targets: { it: { kind: 'url', url: '${url}', ${target} } }, ${settings} }`,
    )
    const run = await runCli(['gate', ...args], { cwd })
    expect(run.code, run.stderr).toBe(2)
    expect(run.stderr).toMatch(says)
    expect(run.stderr).not.toMatch(/must not go live|FAIL/)
    if (asked === 0) expect(seen).toEqual([])
    expect(seen.filter(isLoad).length).toBeLessThanOrEqual(asked)
  })
}
