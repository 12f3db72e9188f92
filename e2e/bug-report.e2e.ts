import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BugReport } from '../src/records/index.ts'
import { freePort } from '../src/targets/index.ts'
import { type CliRun, emptyFolder, runCli, startCli } from '../testing/run-cli.ts'

const env = { INFERGATE_WARM_REQUESTS: '20', INFERGATE_WARMUP: '1' }
const cwd = emptyFolder()
const cli = (...args: string[]): Promise<CliRun> => runCli(args, { cwd, env })

/** The service of the origin story at one address, as it is between two deploys. */
async function serve(port: number, ...faults: string[]): Promise<AsyncDisposable> {
  const flags = faults.flatMap((fault) => ['--fault', fault])
  const child = startCli([
    'simulate',
    '--dialect',
    'ananke',
    '--profile',
    'instant',
    '--port',
    `${port}`,
    ...flags,
  ])
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await closed
    },
  }
}

const ERROR = "'AnankeLLM' object has no attribute 'llm'"
const curlIn = (markdown: string): string => /```sh\n(curl .*)\n```/.exec(markdown)?.[1] ?? ''
const runLine = async (line: string) => (await promisify(execFile)('sh', ['-c', line])).stdout

describe('bug-report on the origin story', () => {
  let service: AsyncDisposable
  let target: readonly string[] = []
  let port = 0

  beforeAll(async () => {
    port = await freePort()
    target = ['--url', `http://127.0.0.1:${port}`, '--dialect', 'ananke', '--quiet']
    service = await serve(port)
    expect((await cli('gate', ...target)).code).toBe(0)
    expect((await cli('bug-report', 'latest')).stderr).toMatch(
      /^There is nothing to report: run .* is a PASS\.$/m,
    )
    await service[Symbol.asyncDispose]()
    service = await serve(port, 'health-green-generate-error')
    expect((await cli('check', ...target)).code).toBe(10)
  })
  afterAll(() => service[Symbol.asyncDispose]())

  test('it holds every part, and its curl, run by curl, repeats the error', async () => {
    const { code, stdout } = await cli('bug-report', 'latest')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^# HTTP 200, service-error: ${ERROR}$`, 'm'))
    expect(stdout).toContain('A small request gets a text, a finish reason and no error.')
    expect(stdout).toContain('\n## What came\n')
    expect(stdout).toContain('"error_type":"AttributeError"')
    expect(stdout).toContain('**It repeats: 5 of 5 tries**')
    expect(stdout).toMatch(/The line was run by curl [\d.]+ and repeats the failure \(exit code 0\)/)
    expect(stdout).toMatch(/In the front function .*health was green/)
    expect(stdout).toMatch(/health: HTTP 200, .*healthy/)
    for (const row of [
      'verdict \\| PASS \\| FAIL',
      'failing checks \\| none \\| \\d',
      'warm answer, p50 \\| \\d+ ms',
    ])
      expect(stdout).toMatch(new RegExp(`\\| ${row}`))
    for (const row of ['dialect | ananke', 'engine | ananke', 'target | url', 'infergate |', 'when | 20'])
      expect(stdout).toContain(`| ${row}`)
    expect(stdout).toContain('`health.agrees-with-generation`')

    const line = curlIn(stdout)
    expect(line).toBe(
      `curl -sS -i 'http://127.0.0.1:${port}/generate_api' -H 'content-type: application/json' --data-binary '{"prompt":"Hi","max_tokens":1}'`,
    )
    expect(await runLine(line)).toContain(ERROR)
  })

  test('--no-minimise sends nothing and says so', async () => {
    const { stdout } = await cli('bug-report', 'latest', '--no-minimise')
    expect(stdout).toContain('Not tried now: nothing was to be sent')
    expect(curlIn(stdout)).toContain('"max_tokens":8')
  })

  test('a check that the run does not have is wrong usage; a finding by figures has no request', async () => {
    expect(await cli('bug-report', 'latest', 'generation.answer')).toMatchObject({ code: 2 })
    expect((await cli('bug-report', 'latest', 'health.answers')).stderr).toContain('held in run')
  })

  test('once the fault is gone it says 0 of 5, and keeps what came', async () => {
    await service[Symbol.asyncDispose]()
    service = await serve(port)
    const { code, stdout } = await cli('bug-report', 'latest')
    expect(code).toBe(0)
    expect(stdout).toContain('**It does not repeat now: 0 of 5 tries**')
    expect(stdout).toContain('What comes now: completed')
    expect(stdout).toContain(ERROR)
  })

  test('where nothing listens any more the recorded curl is given, marked as not tried', async () => {
    await service[Symbol.asyncDispose]()
    const { code, stdout } = await cli('bug-report', 'latest', '--max-seconds', '5')
    expect(code).toBe(0)
    expect(stdout).toContain('Not tried now: ')
    expect(stdout).toContain(ERROR)
    service = await serve(port)
  })
})

describe('bug-report on other failures', () => {
  const reported = async (fault: string, suite: string): Promise<BugReport> => {
    const target = ['--target', 'simulator', '--profile', 'instant', '--fault', fault, '--suite', suite]
    await cli('check', ...target, '--quiet')
    const { stdout, stderr, code } = await cli('bug-report', 'latest', '--json')
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout)
  }

  test('a buffered stream is told by when its pieces came', async () => {
    const { repeat, place } = await reported('buffered-by-proxy', 'streaming')
    expect(repeat).toMatchObject({ by: 'arrival', minimal: { shown: 5, of: 5 } })
    expect(repeat.curl).toContain('"stream":true')
    expect(place.part).toBe('edge')
  })

  test('an output that ignores its schema is judged anew', async () => {
    const { repeat, title, others } = await reported('constraint-not-enforced', 'structured-outputs')
    expect(title).toBe('the answer to a request with a constraint (json-schema) is no JSON')
    expect(repeat).toMatchObject({
      by: 'constraint',
      minimal: { shown: 5, of: 5 },
      curlRun: { repeats: 'yes' },
    })
    expect(others.length).toBeGreaterThan(5)
  })
})
