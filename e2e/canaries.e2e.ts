import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canary, filesBelow, findCanaries } from '../testing/canaries.ts'
import { emptyFolder, root, runCli } from '../testing/run-cli.ts'

const service = join(root, 'testing', 'echoing-service.ts')

/** Each secret by the variable that holds it; the last is a file's. */
const SECRETS = {
  CNRY_HEADER: canary('header'),
  CNRY_PREFIXED: canary('prefixed'),
  CNRY_COMMAND: canary('command'),
  CNRY_FLAG: canary('flag'),
  CNRY_INSIDE: canary('inside-a-word'),
  CNRY_VARIABLE: canary('variable'),
  CNRY_QUERY: canary('query'),
  CNRY_PATH: canary('path'),
  CNRY_FOLDER: 'cnry-folder-7qZk',
  INHERITED_API_KEY: canary('inherited'),
}
const FILE = canary('file')
const NAMES = ['GIVEN', 'INHERITED_API_KEY', 'CNRY_FOLDER'].join(',')

const CONFIG = `export default {
  target: 'echo',
  suites: ['echo.suite.ts'],
  targets: { echo: {
    kind: 'process',
    command: [${JSON.stringify(process.execPath)}, '--no-warnings', ${JSON.stringify(service)}, '{port}',
      '{env:CNRY_COMMAND}', '--api-key', '{env:CNRY_FLAG}', '--inside=x{env:CNRY_INSIDE}'],
    cwd: 'work/{env:CNRY_FOLDER}',
    env: { GIVEN: '{env:CNRY_VARIABLE}', ECHO_NAMES: '${NAMES}' },
    urls: {
      health: 'http://127.0.0.1:{port}/health?key={env:CNRY_QUERY}',
      version: 'http://127.0.0.1:{port}/version/{env:CNRY_PATH}',
    },
    headers: {
      'x-key': { env: 'CNRY_HEADER' }, 'x-file': { file: 'key.txt' },
      Authorization: { env: 'CNRY_PREFIXED', prefix: 'Bearer ' },
    },
    readyTimeoutSeconds: 30,
  } },
}`

/** Where the service says things back, as far as a report keeps them. */
const PLACES = [
  ...['answer', 'answer-model', 'busy-body', 'content-type', 'delta', 'detail', 'encoding', 'error-event'],
  ...[
    'error-message',
    'event',
    'finish-reason',
    'header',
    'health',
    'id',
    'log-line',
    'log-start',
    'log-stderr',
  ],
  ...['metric-help', 'metric-label', 'model', 'no-json', 'not-found', 'open-line', 'redirect', 'see-other'],
  ...['stream-finish', 'stream-header', 'text-body', 'version', 'wrong-shape'],
]

/** Promises of the user's own: each asks for one of the service's ways to answer, and puts what it reads into its reason. */
const SUITE = `import { promise } from 'infergate'
for (const way of Array(16).keys())
  promise('echo.way-' + way, {
    says: 'the service says nothing back',
    async check({ service, verify }) {
      const request = { prompt: 'wanted-' + way, maxTokens: 16 }
      const answers = [await service.generate(request), await service.stream(request)]
      verify(false, answers.map((answer) => answer.text ?? answer.message).join(), ...answers)
    },
  })
promise('echo.keeps-its-routes', {
  says: 'the service has no other route, and no counters',
  async check({ service, verify }) {
    const replies = [await service.send({ path: '/nothing' }), await service.send({ operation: 'metrics' })]
    verify(false, replies.map((reply) => reply.body).join(), ...replies)
  },
})`

/** All that one gate leaves: its folder, what it said, and what GitHub would show. */
async function gate(hold: Record<string, string>, code = 10): Promise<ReadonlyMap<string, string>> {
  const cwd = emptyFolder()
  const [outside, summary] = [emptyFolder(), join(emptyFolder(), 'summary.md')]
  mkdirSync(join(cwd, 'work', SECRETS.CNRY_FOLDER), { recursive: true })
  writeFileSync(join(cwd, 'infergate.config.ts'), CONFIG.replaceAll("'key.txt'", `'${outside}/key.txt'`))
  writeFileSync(join(cwd, 'echo.suite.ts'), SUITE)
  writeFileSync(join(outside, 'key.txt'), FILE)
  writeFileSync(summary, '')
  const run = await runCli(['gate', '--json', '--reporter', 'github', '--reporter', 'junit=extra.xml'], {
    cwd,
    env: {
      ...{ ...SECRETS, ...hold, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
      ...{ INFERGATE_COLD_STARTS: '1', INFERGATE_WARM_REQUESTS: '3', INFERGATE_WARMUP: '1' },
      ...{ INFERGATE_MAX_SECONDS: '60' },
    },
  })
  expect(run.code, run.stderr).toBe(code)
  return new Map([
    ...filesBelow(cwd),
    ...filesBelow(join(summary, '..')),
    ['stdout', run.stdout],
    ['stderr', run.stderr],
  ])
}

test('no secret stands in anything that a gate writes, whatever its service says back in whatever encoding', async () => {
  // A variable with no secret's name that the target inherits and nobody spoke of: nothing can know that it is one.
  const untold = canary('untold')
  const written = await gate({ ECHO_UNTOLD: untold, ECHO_NAMES_OF_OTHERS: 'ECHO_UNTOLD' })
  const files = [...written.keys()].join(' ')
  for (const file of [
    'journal.jsonl',
    'samples.jsonl',
    'verdict.json',
    'report.md',
    'junit.xml',
    'target.log',
  ])
    expect(files).toContain(file)
  for (const file of ['history.sqlite', 'summary.md', 'extra.xml']) expect(files).toContain(file)
  const secrets = [...Object.values(SECRETS), FILE]
  expect(findCanaries(written, secrets)).toEqual([])
  // The sweep can fail, in most encodings and many files: it finds the one that was not told.
  const found = findCanaries(written, [untold])
  const forms = new Set(found.map((line) => line.replace(/^.*?: (.*) of .*$/s, '$1')))
  expect([...forms].length).toBeGreaterThanOrEqual(10)
  // Whatever the service says is kept: what is beside the secrets can be read.
  const all = [...written.values()].join('\n')
  const places = new Set([...all.matchAll(/open-canary-([\w-]+)/g)].map(([, place]) => place))
  const silent = PLACES.filter((place) => !places.has(place))
  expect(silent).toEqual([])
})

test('no secret stands in what is said of a service that dies with its arguments on its lips', async () => {
  const written = await gate({ ECHO_DIES: '1' }, 30)
  expect([...written.values()].join('\n')).toContain('open-canary-last-words')
  expect(findCanaries(written, [...Object.values(SECRETS), FILE])).toEqual([])
})
