import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConfigInput } from './resolved.ts'
import { empty, folderWith, load, TARGETS, withConfig } from './testing/load.ts'

test('a URL without http, or with credentials in it, is refused', async () => {
  for (const url of ['localhost:8000', 'ftp://h/', 'nonsense'])
    await expect(load(empty, { flags: { url } })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('begin it with http'),
    })
  await expect(load(empty, { flags: { url: 'http://me:pw@h/' } })).rejects.toThrow(/credentials/)
})

test('an address with a query, or with a route at its end, is refused, and a base with /v1 is not', async () => {
  const key = 'http://h:8000/v1?api_key=sk-of-a-test'
  const refusal = load(empty, { flags: { url: key } })
  await expect(refusal).rejects.toThrow(/a query is not sent/)
  await expect(refusal).rejects.not.toThrow(/sk-of-a-test/)
  for (const route of ['chat/completions', 'completions', 'responses/', 'models'])
    await expect(load(empty, { flags: { url: `http://h:8000/v1/${route}` } })).rejects.toThrow(
      /ends with a route: give the address alone, "http:\/\/h:8000"/,
    )
  for (const url of ['http://h:8000', 'http://h:8000/', 'http://h:8000/v1', 'http://h/models/v1/'])
    await expect(load(empty, { flags: { url } })).resolves.toBeDefined()
})

test('a configuration that is a folder, or in a language that is not read, is refused', async () => {
  const folder = folderWith({ 'infergate.toml': 'target = "x"' })
  await expect(load(folder, { file: '.' })).rejects.toThrow(/is a folder: name a file in it/)
  await expect(load(folder, { file: 'infergate.toml' })).rejects.toThrow(
    /no ending that says its language: known: ts, .*yaml, yml\./,
  )
})

test.for([
  ["{ routes: ['chta'] }", 'unknown route "chta": did you mean "chat"?'],
  ["{ capabilities: ['reqex'] }", 'unknown capability "reqex": did you mean "regex"?'],
  ["{ route: ['chat'] }", 'unknown key "route": did you mean "routes"?'],
] as const)('an expectation that nothing could meet is refused: %s', async ([expects, message]) => {
  const text = `export default { targets: { a: { kind: 'url', url: 'http://h', expects: ${expects} } } }`
  await expect(load(withConfig(text))).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining(message),
  })
})

test.for([
  [
    'an unknown key',
    'export default { maxSecond: 3 }',
    /unknown key "maxSecond": did you mean "maxSeconds"\?/,
  ],
  [
    'an unknown key deep inside',
    "export default { targets: { a: { kind: 'url', url: 'http://h', modle: 'm' } } }",
    /targets\.a: unknown key "modle": did you mean "model"/,
  ],
  [
    'an unknown kind',
    "export default { targets: { a: { kind: 'proces' } } }",
    /targets\.a.*unknown kind "proces": did you mean "process"/,
  ],
  ['a wrong type', "export default { bench: { warmup: '3' } }", /bench\.warmup: .*number/],
  [
    'a secret in the file',
    "export default { targets: { a: { kind: 'url', url: 'http://h', headers: { K: 'sk-1' } } } }",
    /targets\.a\.headers\.K: a secret does not stand/,
  ],
  [
    'a secret in a command',
    "export default { targets: { a: { kind: 'process', command: ['serve', '{port}', '--api-key', 'sk-1234567890'] } } }",
    /targets\.a\.command: --api-key is followed by a secret.*"\{env:NAME\}".*"\{plain:NAME\}"/,
  ],
  [
    'a secret in the command of a container',
    "export default { targets: { a: { kind: 'container', image: 'x', command: ['--token=sk-1234567890'] } } }",
    /targets\.a\.command: --token is followed by a secret/,
  ],
  [
    'a command without words',
    "export default { targets: { a: { kind: 'process', command: [] } } }",
    /targets\.a\.command/,
  ],
  [
    'a process that is told no port',
    "export default { targets: { a: { kind: 'process', command: ['serve'] } } }",
    /targets\.a: .*\{port\}/,
  ],
  [
    'a url target without a URL',
    "export default { targets: { a: { kind: 'url' } } }",
    /targets\.a: .*needs `url`/,
  ],
  ['no default export', 'export const config = {}', /no default export/],
  ['a file that throws', "throw new Error('boom')", /cannot be loaded.*boom/],
  ['a file that does not parse', 'export default {', /cannot be loaded/],
  ['a suite that is not there', "export default { suites: ['no/*.suite.ts'] }", /No suite file matches/],
] as const)('%s is refused, with the place and what to do', async ([, text, expected]) => {
  const cwd = withConfig(text)
  const error = await load(cwd).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'config-invalid',
    exitCode: 2,
    message: expect.stringMatching(expected),
  })
})

test('a missing file, two files, broken JSON and broken YAML are refused', async () => {
  await expect(load(empty, { file: 'absent.ts' })).rejects.toThrow(/absent\.ts does not exist/)
  const two = folderWith({ 'infergate.config.ts': 'export default {}', 'infergate.config.json': '{}' })
  await expect(load(two)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/several configuration files.*config\.ts, infergate\.config\.json/),
  })
  await expect(load(folderWith({ 'infergate.config.json': '{\n  "seed": }' }))).rejects.toThrow(
    /config\.json cannot be read \(Unexpected token.*must be JSON/s,
  )
  await expect(load(folderWith({ 'infergate.config.yaml': 'target: a\nseed: [7' }))).rejects.toThrow(
    /config\.yaml cannot be read \(.* at line 2, column \d+\): it must be YAML\./,
  )
})

test('a value from a flag or a variable is validated too, and the message names it', async () => {
  await expect(load(empty, { env: { INFERGATE_MAX_SECONDS: 'soon' } })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(/INFERGATE_MAX_SECONDS = "soon"/),
  })
  await expect(load(empty, { flags: { seed: -1 } })).rejects.toThrow(/--seed = -1/)
  await expect(load(empty, { env: { INFERGATE_SEEDS: '1' } })).rejects.toThrow(
    /did you mean INFERGATE_SEED\?/,
  )
  await expect(load(empty, { env: { INFERGATE_VLLM_CPU: '/venv' } })).resolves.toBeDefined()
})

test('an unknown target, and contradictions on the command line, are wrong usage', async () => {
  const cwd = withConfig(TARGETS)
  await expect(load(cwd, { flags: { target: 'modla' } })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('did you mean "modal"?'),
  })
  await expect(load(empty, { flags: { target: 'modal' } })).rejects.toThrow(/no configuration file here/)
  await expect(load(empty, { flags: { target: 'url' } })).rejects.toThrow(/--url/)
  await expect(load(cwd, { flags: { target: 'modal', url: 'http://h' } })).rejects.toThrow(/contradict/)
  await expect(load(empty, { flags: { url: 'http://h', faults: ['usage-zero'] } })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('--fault'),
  })
})

test('a fault, profile or dialect outside the closed lists is refused before anything runs', async () => {
  const known = { faults: ['usage-zero'], profiles: ['default', 'a100'] }
  const refused = (flags: ConfigInput['flags']) =>
    load(empty, { known, flags: { target: 'simulator', ...flags } }).then(() => 'accepted', String)
  expect(await refused({ faults: ['usage-zer'] })).toContain('did you mean "usage-zero"?')
  expect(await refused({ profile: 'b100' })).toContain('did you mean "a100"?')
  expect(await refused({ dialect: 'opeanai' })).toContain('did you mean "openai"?')
  expect(await refused({ faults: ['usage-zero'], profile: 'a100', dialect: 'ananke' })).toBe('accepted')
})

test('a value too short for a secret is refused where {env:NAME} takes it, and {plain:NAME} takes any', async () => {
  const withPort = (reference: string) =>
    withConfig(`export default { target: 'a', targets: { a: {
      kind: 'process', command: ['serve', '--port', '${reference}'], port: 8000,
    } } }`)
  const env = { SERVE_PORT: '8000' }
  await expect(load(withPort('{env:SERVE_PORT}'), { env })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/"a" takes \{env:SERVE_PORT\}.*4 characters.*Write \{plain:SERVE_PORT\}/),
  })
  const { values } = await load(withPort('{plain:SERVE_PORT}'), { env })
  expect(values.targetName).toBe('a')
})

test('a URL of a service that runs may name a variable, which must have a value', async () => {
  const cwd = withConfig(
    "export default { target: 'a', targets: { a: { kind: 'url', url: 'https://{env:TENANT_HOST}/' } } }",
  )
  await expect(load(cwd)).rejects.toThrow(/needs the environment variable TENANT_HOST: set it/)
})

test('a limit of a name that nothing measures, or with the wrong bound, is refused with the nearest name', async () => {
  const known = {
    limits: { 'warm.e2eMsP50': 'max', 'steady.ttftMsP99': 'max', outputTokensPerSecond: 'min' },
  } as const
  const withLimits = (limits: string) =>
    withConfig(`export default { target: 'simulator', policy: { limits: ${limits} } }`)
  for (const [limits, says] of [
    ["{ 'warm.e2eMsP05': 500 }", /policy\.limits\.warm\.e2eMsP05: nothing.*did you mean "warm\.e2eMsP50"/],
    ['{ outputTokensPerSecond: { max: 3 } }', /outputTokensPerSecond: give it as \{ min: … \}/],
    ["{ 'warm.e2eMsP50': '500' }", /warm\.e2eMsP50: a limit is a number, \{ max, margin \}/],
    ["{ 'warm.e2eMsP50': { max: 3, margn: 0.1 } }", /unknown key "margn": did you mean "margin"/],
  ] as const)
    await expect(load(withLimits(limits), { known }), limits).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(says),
    })
  const cwd = withLimits("{ 'warm.e2eMsP50': { max: 800, margin: 0.5 }, outputTokensPerSecond: 20 }")
  const { values, origins } = await load(cwd, { known })
  expect(values.policy).toMatchObject({
    limits: { 'warm.e2eMsP50': { max: 800, margin: 0.5 }, outputTokensPerSecond: { min: 20 } },
    // The default budget of the same median gives way; one that is set stays.
    warmE2eMsP50: 1_200,
  })
  expect(origins.get('policy.limits')).toMatchObject({ from: 'file' })
  const both = await load(cwd, { known, env: { INFERGATE_WARM_E2E_MS_P50: '400' } })
  expect(both.values.policy.warmE2eMsP50).toBe(400)
})

test('the files of `tls` are relative to the configuration, and a certificate comes with its key', async () => {
  const withTls = (files: string) =>
    withConfig(
      `export default { target: 'a', targets: { a: { kind: 'url', url: 'https://h/', tls: ${files} } } }`,
    )
  const cwd = withTls("{ ca: 'pki/ca.pem', cert: '/abs/me.pem', key: 'me.key' }")
  const { values } = await load(cwd)
  expect(values.target?.tls).toEqual({
    ca: join(cwd, 'pki/ca.pem'),
    cert: '/abs/me.pem',
    key: join(cwd, 'me.key'),
  })
  await expect(load(withTls("{ cert: 'me.pem' }"))).rejects.toThrow(
    /targets\.a\.tls: .*both `cert` and `key`/,
  )
})
