import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HEALTHY } from '../testing/healthy.ts'
import {
  bytesIn,
  type Client,
  type Infergate,
  install,
  installNode,
  installPnpm,
  OLDEST_NODE,
  type PackageKind,
  pack,
  packageOf,
  run,
  scratch,
} from '../testing/installed-package.ts'
import { root } from '../testing/run-cli.ts'

/** The package as a user gets it: installed from the tarball by npm or pnpm, and from then on run without a network. */

const MAX_BYTES = 60e6

let tarball = ''
let oldestNode = ''
beforeAll(async () => {
  ;[tarball, oldestNode] = await Promise.all([pack(), installNode(OLDEST_NODE), installPnpm()])
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const ENDINGS = {
  ts: 'const seed: number = 7\nexport default { seed }',
  mts: "import type { Config } from 'infergate'\nexport default { seed: 7 } satisfies Config",
  mjs: "import { defineConfig } from 'infergate'\nexport default defineConfig({ seed: 7 })",
  js: 'export default { seed: 7 }',
  cjs: 'module.exports = { seed: 7 }',
  json: '{ "seed": 7 }',
  yaml: 'seed: 7',
}

const OWN_SUITE = `import { promise } from 'infergate'
promise('mine.says-hello', {
  says: 'a greeting is answered',
  async check({ service, verify }) {
    const { text } = await service.answer({ prompt: 'Say hello.', maxTokens: 16 })
    verify(text !== '', 'no greeting')
  },
})
`

/** One suite of the user's, and a target that needs what the package does not bring. */
const OWN_CONFIG = `suites: [own.suite.ts]
targets:
  box: { kind: container, image: 'some/image:1' }
`

const verdictIn = (cwd: string) =>
  JSON.parse(readFileSync(join(cwd, 'reports', 'latest', 'verdict.json'), 'utf8'))

const TODAY = process.versions.node
const CELLS: readonly { kind: PackageKind; client: Client; node: string }[] = [
  { kind: 'commonjs', client: 'npm', node: TODAY },
  { kind: 'module', client: 'npm', node: TODAY },
  { kind: 'none', client: 'npm', node: TODAY },
  { kind: 'module', client: 'pnpm', node: TODAY },
  { kind: 'commonjs', client: 'npm', node: OLDEST_NODE },
]

describe.for(CELLS)('in a package of type $kind, by $client, on Node $node', ({ kind, client, node }) => {
  let cwd = ''
  let infergate: Infergate
  beforeAll(async () => {
    cwd = await packageOf(kind)
    infergate = await install(tarball, client, { cwd, ...(node === OLDEST_NODE && { node: oldestNode }) })
  })

  test(`it weighs less than ${MAX_BYTES} bytes`, () => {
    expect(bytesIn(join(cwd, 'node_modules'))).toBeLessThan(MAX_BYTES)
  })

  describe(HEALTHY, () => {
    test('it judges nothing that nobody named, and passes the simulator', async () => {
      const before = await infergate('gate')
      expect(before).toMatchObject({ code: 2, stderr: expect.stringContaining('--target simulator') })
      const init = await infergate('init')
      expect(init.code, init.stderr).toBe(0)
      expect((await infergate('gate')).code).toBe(2)
      expect(existsSync(join(cwd, 'reports'))).toBe(false)

      const gate = await infergate('gate', '--target', 'simulator')
      expect(gate.code, gate.stderr).toBe(0)
      expect(gate.stderr.trim().split('\n').at(-1)).toMatch(/^PASS\b.*exit 0/)
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
      expect(verdictIn(cwd)).toMatchObject({ verdict: 'PASS', exitCode: 0, toolVersion: version })

      const doctor = await infergate('doctor', '--target', 'simulator')
      expect(doctor.code, doctor.stdout).toBe(0)
      expect(doctor.stdout).toContain(`Node ${node}`)
      const report = await infergate('report', 'latest')
      expect(report.code, report.stderr).toBe(0)
      expect(report.stdout).toMatch(/^# infergate: PASS$/m)
    })
  })

  // How a file is loaded does not depend on who installed it.
  if (client === 'pnpm') return
  test('it loads a configuration of any ending, and a suite of the user', async () => {
    rmSync(join(cwd, 'infergate.config.ts'), { force: true })
    for (const [ending, text] of Object.entries(ENDINGS)) {
      const file = join(cwd, `infergate.config.${ending}`)
      writeFileSync(file, text)
      const { code, stdout, stderr } = await infergate('config', 'print')
      expect(code, stderr).toBe(0)
      expect(stdout).toMatch(new RegExp(`^seed += 7 .*infergate\\.config\\.${ending}\\)$`, 'm'))
      rmSync(file)
    }
    writeFileSync(join(cwd, 'own.suite.ts'), OWN_SUITE)
    writeFileSync(join(cwd, 'infergate.config.yaml'), OWN_CONFIG)
    const check = await infergate('check', '--suite', 'mine', '--target', 'simulator')
    expect(check.code, check.stderr).toBe(0)
    expect(verdictIn(cwd).checks).toContainEqual(
      expect.objectContaining({ id: 'mine.says-hello', outcome: 'passed' }),
    )
    const fault = await infergate('check', '--suite', 'mine', '--fault', 'health-green-generate-error')
    expect(fault.code, fault.stderr).toBe(10)
    const container = await infergate('gate', '--target', 'box')
    expect(container).toMatchObject({
      code: 30,
      stderr: expect.stringContaining('npm install --save-dev testcontainers'),
    })
  })
})

test('what the package exports is there: types, the schema, no test, no Node', async () => {
  const listed = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root })
  const [{ files }] = JSON.parse(listed.stdout)
  const paths: readonly string[] = files.map(({ path }: { path: string }) => path)
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const exported = Object.values<string | object>(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values<string>(entry as Record<string, string>),
  )
  for (const path of [
    ...exported.map((path) => path.replace('./', '')),
    'bin/infergate.mjs',
    'dist/package.json',
    'dist/src/cli.js',
    'dist/suites/health/answers.suite.js',
    'dist/fixtures/promises.json',
  ])
    expect(paths).toContain(path)
  expect(paths.filter((path) => /\.test\.|\.e2e\.|node_modules/.test(path))).toEqual([])
  expect(manifest.optionalDependencies).toBeUndefined()
})
