import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, readVerdict, root, startCli } from '../testing/run-cli.ts'
import { survivors, until } from '../testing/survivors.ts'

for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
  test(`nothing of a run is left after ${signal} in the middle of its checks`, async () => {
    const marker = `INFERGATE_E2E_MARKER=${signal}-${process.pid}`
    const child = startCli(['gate', '--target', 'simulator'], {
      env: { INFERGATE_COLD_STARTS: '1', INFERGATE_E2E_MARKER: `${signal}-${process.pid}` },
    })
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    await until(() => /checks \d/.test(stderr), 60_000)
    // A search that finds nothing now would prove nothing later.
    expect(survivors(marker).join()).toMatch(/simulator.main/)
    child.kill(signal)
    await until(() => survivors(marker).length === 0, 15_000)
    expect(survivors(marker)).toEqual([])
  })
}

test('SIGTERM to npx ends the gate that it runs, which says so, and the service', async () => {
  const cwd = emptyFolder()
  const name = `npx-${process.pid}`
  writeFileSync(join(cwd, 'package.json'), '{}')
  mkdirSync(join(cwd, 'node_modules', '.bin'), { recursive: true })
  symlinkSync(join(root, 'bin', 'infergate.mjs'), join(cwd, 'node_modules', '.bin', 'infergate'))
  const inherited = Object.entries(process.env).filter(([variable]) => !/^npm_/.test(variable))
  const npx = spawn('npx', ['--no', 'infergate', 'gate', '--target', 'simulator'], {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      ...{ npm_config_offline: 'true', npm_config_update_notifier: 'false' },
      ...{ INFERGATE_COLD_STARTS: '1', INFERGATE_E2E_MARKER: name },
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  npx.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  await until(() => /checks \d/.test(stderr), 60_000)
  const marker = `INFERGATE_E2E_MARKER=${name}`
  expect(survivors(marker).join()).toMatch(/simulator.main/)
  npx.kill('SIGTERM')
  await until(() => survivors(marker).length === 0, 15_000)
  expect(survivors(marker)).toEqual([])
  expect(readVerdict({ cwd }), stderr).toMatchObject({ state: 'interrupted', exitCode: 143 })
})
