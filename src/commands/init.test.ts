import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runConfigPrint } from './config-print.ts'
import { runInit } from './init.ts'
import { recordedIo } from './testing/recorded-io.ts'

test('what init writes is a valid configuration, and says what comes next', async () => {
  const io = recordedIo()
  expect(await runInit(io)).toBe(0)
  expect(io.err()).toContain('npx infergate gate')
  expect(await runConfigPrint({}, io)).toBe(0)
  expect(io.out()).toMatch(/target +/)
  expect(io.out()).toContain(`(file ${join(io.cwd, 'infergate.config.ts')})`)
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
