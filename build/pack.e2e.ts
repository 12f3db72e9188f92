import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

/** The package as a user gets it: packed, installed in an empty folder, run. No network is used. */

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'infergate-pack-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

function run(command: string, args: readonly string[], cwd: string): Ran {
  const { CI: _ci, NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...env, npm_config_offline: 'true', npm_config_update_notifier: 'false' },
    encoding: 'utf8',
    timeout: 240_000,
  })
  if (error) throw error
  return { status, stdout, stderr }
}

/** Packs, and puts the tarball with its dependencies, real copies out of the lock, where `npm install` would put them. */
function install(): string {
  const packed = run('npm', ['pack', '--json', '--pack-destination', scratch], root)
  expect(packed.status, packed.stderr).toBe(0)
  const [{ filename }] = JSON.parse(packed.stdout)
  const modules = join(scratch, 'empty', 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  expect(run('tar', ['-xzf', join(scratch, filename), '-C', modules], scratch).status).toBe(0)
  cpSync(join(modules, 'package'), join(modules, 'infergate'), { recursive: true })
  rmSync(join(modules, 'package'), { recursive: true })
  symlinkSync('../infergate/bin/infergate.mjs', join(modules, '.bin', 'infergate'))
  copyDependencies(modules)
  writeFileSync(join(scratch, 'empty', 'package.json'), '{ "name": "empty", "version": "1.0.0" }')
  return join(scratch, 'empty')
}

type Locked = { readonly dev?: boolean; readonly devOptional?: boolean }

/** Nothing that only this checkout's own development needs comes along: a dependency declared as one by mistake shows. */
function copyDependencies(modules: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const wanted = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
  )
  expect(wanted.length).toBeGreaterThan(20)
  for (const [path] of wanted) {
    const target = join(modules, path.slice('node_modules/'.length))
    mkdirSync(dirname(target), { recursive: true })
    // Packages of other platforms are in the lock and not on disk.
    run('cp', ['-R', join(root, path), target], root)
  }
}

test('installed in an empty folder, init and gate end in PASS', () => {
  const folder = install()

  const init = run('npx', ['--no', 'infergate', 'init'], folder)
  expect(init.status, init.stderr).toBe(0)
  const gate = run('npx', ['--no', 'infergate', 'gate'], folder)
  expect(gate.status, gate.stderr).toBe(0)
  expect(gate.stderr.trim().split('\n').at(-1)).toMatch(/^PASS: this deploy may go live \(exit 0\)/)

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const verdict = JSON.parse(readFileSync(join(folder, 'reports', 'latest', 'verdict.json'), 'utf8'))
  expect(verdict).toMatchObject({ verdict: 'PASS', exitCode: 0, toolVersion: version })

  const fault = run('npx', ['--no', 'infergate', 'check', '--fault', 'health-green-generate-error'], folder)
  expect(fault.status, fault.stderr).toBe(10)
}, 300_000)

test('what the package exports is there: types, the schema, no test', () => {
  const listed = run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], root)
  const [{ files }] = JSON.parse(listed.stdout)
  const paths: readonly string[] = files.map(({ path }: { path: string }) => path)
  for (const path of [
    'bin/infergate.mjs',
    'dist/package.json',
    'dist/src/cli.js',
    'dist/src/index.d.ts',
    'dist/suites/health/answers.suite.js',
    'dist/fixtures/promises.json',
    'dist/fixtures/schemas/verdict.schema.json',
  ])
    expect(paths).toContain(path)
  expect(paths.filter((path) => /\.test\.|\.e2e\.|node_modules/.test(path))).toEqual([])
})
