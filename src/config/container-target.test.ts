import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './load-config.ts'

async function load(target: object, env = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'infergate-config-'))
  const it = { kind: 'container', image: 'some/image:1', ...target }
  writeFileSync(
    join(cwd, 'infergate.config.ts'),
    `export default ${JSON.stringify({ target: 'it', targets: { it } })}`,
  )
  const { values } = await loadConfig({ cwd, env, flags: {} })
  return { cwd, spec: values.target }
}

test('a container needs an image only', async () => {
  const { spec } = await load({})
  expect(spec).toEqual({
    ...{ kind: 'container', dialect: 'openai', image: 'some/image:1', command: [], mounts: [] },
    ...{ containerPort: 8_000, shmBytes: 2 ** 30, pidsLimit: 4_096, readyTimeoutMs: 900_000 },
    ...{ stopGraceMs: 2_000, timeToLiveMs: 86_400_000 },
  })
})

test('sizes are bytes or in the spelling of Docker; weights are read-only and found from the file', async () => {
  const { cwd, spec } = await load({
    ...{ memory: '1.5g', shmSize: '512m', gpus: ['0'], secretEnv: { HF_TOKEN: { file: 'token.txt' } } },
    mounts: [{ source: 'weights', target: '/model' }],
  })
  expect(spec).toMatchObject({
    ...{ memoryBytes: 1.5 * 2 ** 30, shmBytes: 2 ** 29, gpus: ['0'] },
    secretEnv: [{ name: 'HF_TOKEN', source: { file: join(cwd, 'token.txt') } }],
    mounts: [{ source: join(cwd, 'weights'), target: '/model', writable: false }],
  })
  expect((await load({ memory: 1_000, shmSize: '2GiB' })).spec).toMatchObject({
    ...{ memoryBytes: 1_000, shmBytes: 2 ** 31 },
  })
})

test.each([
  [{ memory: '5 parsecs' }, /"512m", "8g"/],
  [{ digest: 'latest' }, /64 hexadecimal digits/],
  [{ gpus: 0 }, /gpus/],
  [{ secretEnv: { HF_TOKEN: 'hf_1' } }, /a secret does not stand in a file/],
  [{ privileged: true }, /unknown key "privileged"/],
  [{ mounts: [{ source: 'x', target: 'relative' }] }, /target/],
])('%j is refused before anything runs', async (target, says) => {
  await expect(load(target)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(says) })
})

test('a variable that a container needs and that is not set is named; a secret is not asked for yet', async () => {
  await expect(load({ mounts: [{ source: '{env:WEIGHTS}', target: '/x' }] })).rejects.toThrow(/WEIGHTS/)
  const { spec } = await load(
    { env: { MODE: '{plain:MODE}' }, secretEnv: { A: { env: 'NO_SUCH' } } },
    { MODE: 'a' },
  )
  expect(spec).toMatchObject({ env: { MODE: '{plain:MODE}' } })
})
