import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runConfigPrint } from './config-print.ts'
import { runInit } from './init.ts'
import { loadSettings } from './settings.ts'
import { recordedIo } from './testing/recorded-io.ts'

for (const type of ['commonjs', 'module', undefined])
  test(`what init writes loads in a package of type ${type ?? 'none'}, chooses no target, and says what comes next`, async () => {
    const io = recordedIo()
    writeFileSync(join(io.cwd, 'package.json'), JSON.stringify({ name: 'mine', ...(type && { type }) }))
    expect(await runInit(io)).toBe(0)
    expect(io.err()).toContain('npx infergate gate --target simulator')
    expect(await runConfigPrint({}, io)).toBe(0)
    expect(io.out()).toContain(`(file ${join(io.cwd, 'infergate.config.ts')})`)
    expect(io.out()).toMatch(/^target +=? none is chosen/m)
    await expect(loadSettings({}, io)).rejects.toMatchObject({ code: 'usage' })
    expect((await loadSettings({ target: 'simulator' }, io)).values.targetName).toBe('simulator')
  })

test('the examples in what init writes are valid, and CI judges the one that it names', async () => {
  const io = recordedIo()
  await runInit(io)
  const file = join(io.cwd, 'infergate.config.ts')
  // Every comment that is code becomes code; those that explain begin with a capital letter.
  const examples = readFileSync(file, 'utf8').replaceAll(/^( *)\/\/ (?![A-Z])/gm, '$1')
  writeFileSync(file, examples)
  mkdirSync(join(io.cwd, 'suites'))
  writeFileSync(join(io.cwd, 'suites', 'own.suite.ts'), '')
  const { values } = await loadSettings({}, io)
  expect(values).toMatchObject({ targetName: 'staging', target: { kind: 'url' } })
  expect(values.suites).toHaveLength(1)
  expect((await loadSettings({ target: 'local' }, io)).values.target.kind).toBe('process')
  expect(readFileSync(join(io.cwd, 'infergate.ci.yml'), 'utf8')).toContain('infergate gate --target staging')
})

test('init never overwrites: a file that is there stays, and nothing else is written', async () => {
  for (const name of ['infergate.config.ts', 'infergate.ci.yml']) {
    const io = recordedIo()
    writeFileSync(join(io.cwd, name), 'mine')
    await expect(runInit(io)).rejects.toMatchObject({ code: 'usage', exitCode: 2 })
    expect(readFileSync(join(io.cwd, name), 'utf8')).toBe('mine')
    const other = name === 'infergate.ci.yml' ? 'infergate.config.ts' : 'infergate.ci.yml'
    expect(() => readFileSync(join(io.cwd, other))).toThrow(/ENOENT/)
  }
})
