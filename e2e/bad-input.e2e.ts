import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, readReport, readVerdict, runCli, startCli } from '../testing/run-cli.ts'

const withConfig = (text: string): { cwd: string } => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'infergate.config.ts'), text)
  return { cwd }
}

const USAGE = [
  { args: ['gaet'], says: /gate/ },
  { args: ['gate', '--colour'], says: /unknown option/i },
  { args: ['gate', '--fault', 'ready-rase'], says: /ready-race/ },
  { args: ['check', '--target', 'simulator', '--suite', 'heath'], says: /health/ },
  { args: ['check', '--target', 'simulator', '--tag', 'smoek'], says: /smoke/ },
  { args: ['gate', '--target', 'simulatr'], says: /simulator/ },
  { args: ['gate', '--url', 'http://127.0.0.1:9', '--fault', 'usage-zero'], says: /simulator/ },
  { args: ['gate', '--url', 'not a url'], says: /url/i },
  { args: ['gate', '--seed', 'seven'], says: /seed/ },
  { args: ['gate', '--target', 'simulator', '--reporter', 'junitt'], says: /junit/ },
  { args: ['gate'], says: /--url .*--target NAME.*infergate init.*--target simulator/ },
  { args: ['check', '--suite', 'health'], says: /No target is chosen/ },
  { args: ['bench', '--dialect', 'ananke'], says: /No target is chosen/ },
  { args: ['trend', 'e2eMsP05'], says: /e2eMsP50/ },
] as const

for (const { args, says } of USAGE) {
  test(`infergate ${args.join(' ')} is wrong usage: exit 2, nothing is run`, async () => {
    const run = await runCli(args)
    expect(run.code, run.stderr).toBe(2)
    expect(run.stderr).toMatch(says)
    expect(existsSync(join(run.cwd, 'reports'))).toBe(false)
  })
}

const CONFIGS = [
  { name: 'an unknown key', text: 'export default { polcy: {} }', says: /policy/ },
  { name: 'a wrong type', text: "export default { maxSeconds: 'long' }", says: /maxSeconds/ },
  { name: 'a syntax error', text: 'export default {', says: /infergate\.config\.ts/ },
  { name: 'a throwing file', text: "throw new Error('boom')", says: /boom/ },
] as const

for (const { name, text, says } of CONFIGS) {
  test(`a config with ${name} is exit 2 and nothing is run`, async () => {
    const run = await runCli(['gate'], withConfig(text))
    expect(run.code, run.stderr).toBe(2)
    expect(run.stderr).toMatch(says)
    expect(existsSync(join(run.cwd, 'reports'))).toBe(false)
  })
}

const target = (spec: string): { cwd: string } =>
  withConfig(`export default { target: 'it', targets: { it: ${spec} } }`)

const COULD_NOT_RUN = [
  { name: 'a refused URL', args: ['gate', '--url', 'http://127.0.0.1:9'], says: /refused|listen/i },
  {
    name: 'an unknown host',
    args: ['gate', '--url', 'http://no-such-host.invalid'],
    says: /dns|resolve|name/i,
  },
  {
    name: 'a command that is not there',
    spec: "{ kind: 'process', dialect: 'openai', command: ['no-such-command-x', '{port}'] }",
    says: /no-such-command-x/,
  },
  {
    name: 'a target that dies at start',
    spec: `{ kind: 'process', dialect: 'openai', command: ['node', '-e', 'console.error("weights are corrupt"); process.exit(3)', '{port}'] }`,
    says: /weights are corrupt/,
  },
] as const

for (const item of COULD_NOT_RUN) {
  test(`${item.name} is exit 30 with the next step, and a report says so`, async () => {
    const args = 'args' in item ? item.args : ['gate']
    const run = await runCli(args, 'spec' in item ? target(item.spec) : {})
    expect(run.code, run.stderr).toBe(30)
    expect(run.stderr).toMatch(item.says)
    expect(readVerdict(run)).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 30 })
  })
}

test('a TLS error is exit 30 and is called one', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const run = await runCli(['gate', '--url', `https://127.0.0.1:${port}`])
  server.close()
  expect(run.code, run.stderr).toBe(30)
  expect(run.stderr).toMatch(/tls/i)
})

test('a port that is taken is exit 30 and named', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const run = await runCli(
    ['gate'],
    target(`{ kind: 'process', dialect: 'openai', port: ${port}, command: ['node', '-e', '0'] }`),
  )
  server.close()
  expect(run.code, run.stderr).toBe(30)
  expect(run.stderr).toContain(String(port))
})

test('a reports folder that cannot be written is exit 30 before any load', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'reports'), 'a file where the folder should be')
  const run = await runCli(['gate', '--target', 'simulator'], { cwd })
  expect(run.code, run.stderr).toBe(30)
  expect(run.stderr).toMatch(/reports/)
  expect(run.stderr).not.toMatch(/cold starts/)
})

for (const { signal, exitCode, moment, says } of [
  { signal: 'SIGINT', exitCode: 130, moment: 'the warm answers', says: /warm/ },
  { signal: 'SIGINT', exitCode: 130, moment: 'the start of the checks', says: /checks 0/ },
  { signal: 'SIGTERM', exitCode: 143, moment: 'the start of the checks', says: /checks 0/ },
  { signal: 'SIGINT', exitCode: 130, moment: 'the checks', says: /checks [1-9]/ },
] as const)
  test(`${signal} once, during ${moment}, ends with a report that says so, exit ${exitCode}`, async () => {
    // The slow profile: the first line about done checks comes after 5 s, when those of the fast one may be all done.
    const child = startCli(['gate', '--target', 'simulator', '--profile', 'a100'], {
      env: { INFERGATE_COLD_STARTS: '1' },
    })
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    while (!says.test(stderr)) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill(signal)
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code, stderr).toBe(exitCode)
    expect(readVerdict(child)).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode, state: 'interrupted' })
    expect(stderr).toMatch(/^INTERRUPTED: no verdict \(exit \d+, run interrupted\)/m)
    expect(readReport(child, 'report.md')).toMatch(/\binterrupted\b/)
  })
