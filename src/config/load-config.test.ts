import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeConfig, requireTarget } from './index.ts'
import { empty, folderWith, load, TARGETS, withConfig } from './testing/load.ts'

test('the simulator needs no file: it is judged with the defaults', async () => {
  const { values, origins, file } = await load(empty, { flags: { target: 'simulator' } })
  expect(file).toBeUndefined()
  expect(values).toEqual({
    targetName: 'simulator',
    waivers: [],
    evidence: 'failures',
    target: {
      kind: 'simulator',
      dialect: 'openai',
      profile: 'default',
      faults: [],
      seed: 1,
      readyTimeoutMs: 30_000,
    },
    suites: [],
    cases: [],
    policy: { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 3 },
    bench: { coldStarts: 3, warmRequests: 30, warmup: 3 },
    maxSeconds: 300,
    isBudgetGiven: false,
    checkSeconds: 30,
    reportsDir: join(empty, 'reports'),
    history: join(empty, '.infergate/history.sqlite'),
    reporters: [],
  })
  expect(origins.get('maxSeconds')).toEqual({ from: 'default' })
})

test('where nothing names a target none is chosen, and a run says how to choose one', async () => {
  const settings = await load(empty)
  expect(settings.values).not.toHaveProperty('target')
  expect(describeConfig(settings)).toMatch(/^target += none is chosen {2}\(default\)$/m)
  const refused = (config: typeof settings) => {
    try {
      return requireTarget(config)
    } catch (error) {
      return error
    }
  }
  expect(refused(settings)).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /^No target .*--url .*--target NAME.*`infergate init`.*--target simulator/,
    ),
  })
  const described = await load(withConfig(TARGETS.replace("target: 'served',", '')))
  expect(refused(described)).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /--target NAME for one of \S+config\.ts \(served, modal, own\).*--target simulator/,
    ),
  })
})

test('a fault or a profile asked for implies the simulator; a variable that was left behind does not', async () => {
  for (const flags of [{ faults: ['usage-zero'] }, { profile: 'a100' }]) {
    const { values, origins } = requireTarget(await load(empty, { flags }))
    expect(values).toMatchObject({ targetName: 'simulator', target: { kind: 'simulator', ...flags } })
    expect(origins.get('target')).toEqual({ from: 'flag', name: 'faults' in flags ? '--fault' : '--profile' })
  }
  const left = { INFERGATE_PROFILE: 'instant', INFERGATE_FAULTS: 'usage-zero', INFERGATE_DIALECT: 'ananke' }
  expect((await load(empty, { env: left })).values).not.toHaveProperty('target')
})

test('a flag beats the environment, that the file, and that the default; each value knows its source', async () => {
  const cwd = withConfig('export default { maxSeconds: 10, checkSeconds: 11, bench: { warmup: 4 }, seed: 1 }')
  const { values, origins } = await load(cwd, {
    env: { INFERGATE_MAX_SECONDS: '20', INFERGATE_CHECK_SECONDS: '21', INFERGATE_WARM_REQUESTS: '22' },
    flags: { maxSeconds: 30 },
  })
  expect(values).toMatchObject({
    maxSeconds: 30,
    checkSeconds: 21,
    seed: 1,
    bench: { coldStarts: 3, warmRequests: 22, warmup: 4 },
  })
  expect(origins.get('maxSeconds')).toEqual({ from: 'flag', name: '--max-seconds' })
  expect(origins.get('checkSeconds')).toEqual({ from: 'environment', name: 'INFERGATE_CHECK_SECONDS' })
  expect(origins.get('bench.warmup')).toEqual({ from: 'file', name: join(cwd, 'infergate.config.ts') })
})

const ENDINGS = {
  ts: 'const seed: number = 7\nexport default { seed } satisfies object',
  mts: "import type { Config } from 'infergate'\nexport default { seed: 7 } satisfies Config",
  cts: 'module.exports = { seed: 7 as number }',
  mjs: "import { defineConfig } from 'infergate'\nexport default defineConfig({ seed: 7 })",
  js: 'export default { seed: 7 }',
  cjs: 'module.exports = { seed: 7 }',
  json: '{ "seed": 7 }',
  yaml: 'seed: 7 # of the run\n',
  yml: 'seed: 7',
}

for (const type of ['commonjs', 'module', 'none'])
  for (const [ending, text] of Object.entries(ENDINGS))
    test(`infergate.config.${ending} is read in a package of type ${type}`, async () => {
      const manifest = JSON.stringify({ name: 'mine', ...(type !== 'none' && { type }) })
      const cwd = folderWith({ 'package.json': manifest, [`infergate.config.${ending}`]: text })
      const { values, file } = await load(cwd)
      expect(values.seed).toBe(7)
      expect(file).toBe(join(cwd, `infergate.config.${ending}`))
    })

test('a file elsewhere is named by a flag or a variable; its paths are relative to it', async () => {
  const elsewhere = folderWith({ 'other.json': '{ "seed": 8, "reportsDir": "out" }' })
  const named = await load(empty, { file: join(elsewhere, 'other.json') })
  expect(named.values).toMatchObject({ seed: 8, reportsDir: join(elsewhere, 'out') })
  const byVariable = await load(empty, { env: { INFERGATE_CONFIG: join(elsewhere, 'other.json') } })
  expect(byVariable.values.seed).toBe(8)
})

test('a process target gets milliseconds, absolute paths and sources of secrets; variables stay unfilled', async () => {
  const cwd = withConfig(TARGETS)
  const env = { TEST_PYTHON: '/venv', TEST_CACHE: '/cache' }
  const { values } = await load(cwd, { env })
  expect(values.targetName).toBe('served')
  expect(values.target).toEqual({
    kind: 'process',
    dialect: 'openai',
    model: 'tiny',
    command: ['{plain:TEST_PYTHON}/bin/python', '--port', '{port}'],
    cwd: join(cwd, 'work'),
    env: { CACHE: '{plain:TEST_CACHE}' },
    port: 8123,
    secretHeaders: [{ name: 'Authorization', source: { file: join(cwd, 'key.txt') }, prefix: 'Bearer ' }],
    readyTimeoutMs: 120_000,
    firstAnswerTimeoutMs: 90_000,
  })
})

test('a variable that the chosen target needs must be set; the others need not', async () => {
  const cwd = withConfig(TARGETS)
  await expect(load(cwd, { env: { TEST_PYTHON: '/venv' } })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(/"served".*TEST_CACHE/),
  })
  const { values } = await load(cwd, { flags: { target: 'modal' } })
  expect(values.target).toMatchObject({
    kind: 'url',
    dialect: 'ananke',
    urls: { health: 'https://a.example/', generate: 'https://b.example/' },
    secretHeaders: [{ name: 'Modal-Key', source: { env: 'MODAL_KEY' } }],
  })
})

test('a dialect of the user is named after its file', async () => {
  const cwd = withConfig(TARGETS)
  const { values } = await load(cwd, { flags: { target: 'own' } })
  expect(values.target).toMatchObject({ dialect: 'mine', dialectModule: join(cwd, 'dialects/mine.ts') })
})

test('--url needs no file; a base that ends in /v1 and a key in the environment are understood', async () => {
  const env = { INFERGATE_API_KEY: 'sk-never-shown', INFERGATE_TARGET: 'simulator' }
  const resolved = await load(empty, { env, flags: { url: 'http://127.0.0.1:8000/v1/', model: 'm' } })
  expect(resolved.values.target).toEqual({
    kind: 'url',
    dialect: 'openai',
    model: 'm',
    baseUrl: 'http://127.0.0.1:8000',
    secretHeaders: [{ name: 'Authorization', source: { env: 'INFERGATE_API_KEY' }, prefix: 'Bearer ' }],
    readyTimeoutMs: 60_000,
  })
  expect(JSON.stringify(resolved)).not.toContain('sk-never-shown')
  expect(describeConfig(resolved)).not.toContain('sk-never-shown')
})

test("the user's suites become files, reporters names with paths", async () => {
  const cwd = folderWith({
    'infergate.config.ts':
      "export default { suites: ['own/*.suite.ts'], reporters: ['junit', 'markdown=out.md'] }",
    'own/a.suite.ts': '',
    'own/b.suite.ts': '',
  })
  const { values } = await load(cwd)
  expect(values.suites).toEqual([join(cwd, 'own/a.suite.ts'), join(cwd, 'own/b.suite.ts')])
  expect(values.reporters).toEqual([{ name: 'junit' }, { name: 'markdown', path: 'out.md' }])
})

test('config print shows each value and where it came from', async () => {
  const cwd = withConfig(TARGETS)
  const text = describeConfig(
    await load(cwd, { flags: { target: 'modal', model: 'other' }, env: { INFERGATE_SEED: '5' } }),
  )
  expect(text).toContain(`file: ${join(cwd, 'infergate.config.ts')}`)
  expect(text).toMatch(/^target +\S* *= "modal" {2}\(flag --target\)$/m)
  expect(text).toMatch(/^target\.model +\S* *= "other" {2}\(flag --model\)$/m)
  expect(text).toMatch(/^target\.dialect += "ananke" {2}\(file .*infergate\.config\.ts\)$/m)
  expect(text).toMatch(/^seed += 5 {2}\(environment INFERGATE_SEED\)$/m)
  expect(text).toMatch(/^bench\.coldStarts += 3 {2}\(default\)$/m)
})

test('config print shows no secret: not by the name of its variable or flag, and not inside a value', async () => {
  const cwd = withConfig(`export default { targets: { a: {
    kind: 'process', command: ['serve', '{port}', '--api-key', '{env:TEST_KEY}'],
    env: { HF_TOKEN: 'hf_secret', API_KEY: '{env:TEST_KEY}', PLAIN: 'seen', PGPASSWORD: 'pw-3', STORE: 'redis://me:pw-4@db' },
  } } }`)
  const text = describeConfig(await load(cwd, { flags: { target: 'a' }, env: { TEST_KEY: 'sk-12345' } }))
  expect(text).toContain(
    '"HF_TOKEN":"[not shown]","API_KEY":"{env:TEST_KEY}","PLAIN":"seen","PGPASSWORD":"[not shown]","STORE":"redis://me:[not shown]@db"',
  )
  expect(text).toContain('["serve","{port}","--api-key","{env:TEST_KEY}"]')
  expect(text).not.toMatch(/sk-1|pw-3|pw-4/)
})
