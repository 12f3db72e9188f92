import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ContainerTarget } from '../src/records/index.ts'
import { engineSocket, holdings, reasonToSkip } from '../testing/container-engine.ts'
import { requireEmptyImage, simulatorContainer } from '../testing/container-service.ts'

const reason = await reasonToSkip()
const bin = join(import.meta.dirname, '../bin/infergate.mjs')

/** The doctor's lines, by what they are about. */
function doctor(
  { image, mounts }: ContainerTarget,
  changes: object = {},
  env: Readonly<Record<string, string>> = {},
) {
  const cwd = mkdtempSync(join(tmpdir(), 'infergate-doctor-'))
  const it = { kind: 'container', image, mounts, ...changes }
  writeFileSync(
    join(cwd, 'infergate.config.ts'),
    `export default ${JSON.stringify({ target: 'it', targets: { it } })}`,
  )
  const { status, stdout } = spawnSync(process.execPath, [bin, 'doctor'], {
    ...{ cwd, encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...env } },
  })
  const lines = stdout.split('\n').map((line) => [line.slice(8).split(' ')[0], line] as const)
  return { status, of: Object.fromEntries(lines) }
}

describe.skipIf(reason)(`the doctor${reason === undefined ? '' : `: left out, ${reason}`}`, () => {
  beforeAll(requireEmptyImage)

  test('finds all that a container needs where it is there, and leaves nothing', async () => {
    const before = await holdings()
    const { status, of } = doctor(simulatorContainer())
    expect(status).toBe(0)
    expect(of['engine']).toContain(`at unix://${engineSocket}`)
    expect(of['image']).toMatch(/infergate-empty:test is here \(sha256:/)
    for (const name of ['gpu', 'disk', 'secrets', 'mounts']) expect(of[name], name).toMatch(/^ok/)
    expect(await holdings()).toEqual(before)
  })

  test('names each thing that is missing, with what to do, before anything is pulled', async () => {
    const { status, of } = doctor(simulatorContainer({ image: 'localhost:1/none:1' }), {
      gpus: 1,
      secretEnv: { HF_TOKEN: { env: 'INFERGATE_TEST_NO_TOKEN' } },
      mounts: [{ source: '/no/such/weights', target: '/model' }],
      needs: { diskGiB: 10_000_000 },
    })
    expect(status).toBe(30)
    expect(of['gpu']).toMatch(/^FAILED.*no GPU runtime.*NVIDIA Container Toolkit/)
    expect(of['image']).toMatch(/^FAILED.*cannot be pulled/)
    expect(of['disk']).toMatch(/^FAILED.*10000000 GiB are needed/)
    expect(of['secrets']).toMatch(/^FAILED.*INFERGATE_TEST_NO_TOKEN/)
    expect(of['mounts']).toMatch(/^FAILED.*\/no\/such\/weights does not exist/)
    expect(await holdings()).toMatchObject({ ours: [], ourImages: [] })
  })

  test('says that the engine is dead, and then nothing that only a living one knows', () => {
    const { status, of } = doctor(simulatorContainer(), {}, { DOCKER_HOST: 'unix:///no/such/docker.sock' })
    expect(status).toBe(30)
    expect(of['engine']).toMatch(/^FAILED.*ENOENT/)
    expect(of['image']).toBeUndefined()
  })
})
