import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProbe } from '../src/client/index.ts'
import { startTarget } from '../src/targets/index.ts'
import { holdings, reasonToSkip } from '../testing/container-engine.ts'
import { inspectContainer, requireEmptyImage, simulatorContainer } from '../testing/container-service.ts'
import { type Fate, type Seen, startEngineProxy } from '../testing/engine-proxy.ts'

const reason = await reasonToSkip()
const { requests } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/docker/cli-gpu-requests.json'), 'utf8'),
)

/** Absent, null, 0 and empty are the same to the engine. */
const plain = (requests: readonly object[]): readonly object[] =>
  requests.map((request) =>
    Object.fromEntries(
      Object.entries(request).filter(
        ([, value]) => value && (typeof value !== 'object' || Object.keys(value).length > 0),
      ),
    ),
  )

/**
 * An engine with GPUs, as far as the first look for them goes: the real one behind it takes and keeps the requests, and then
 * refuses to start the target, which tells what reached it.
 */
async function proxyWithGpus() {
  let starts = 0
  const fate = ({ method, path }: Seen): Fate =>
    method === 'POST' && /\/start$/.test(path) && ++starts % 2 === 1 ? { status: 204 } : 'pass'
  return startEngineProxy(fate)
}

describe.skipIf(reason)(
  `a container with GPUs${reason === undefined ? '' : `: left out, ${reason}`}`,
  async () => {
    const before = process.env['DOCKER_HOST']
    // One for the file: testcontainers keeps the engine that it met first.
    const proxy = reason === undefined ? await proxyWithGpus() : undefined
    beforeAll(async () => {
      await requireEmptyImage()
      process.env['DOCKER_HOST'] = proxy?.address
    })
    afterAll(async () => {
      proxy?.close()
      if (before === undefined) delete process.env['DOCKER_HOST']
      else process.env['DOCKER_HOST'] = before
      expect(await holdings()).toMatchObject({ ours: [], ourImages: [] })
    })

    test.each<{ flag: string; gpus: 'all' | number | string[]; DeviceRequests: object[] }>(requests)(
      'is asked for as `docker run $flag` asks for it, and the engine keeps it so',
      async ({ gpus, DeviceRequests }) => {
        proxy?.seen.splice(0)
        const kept: object[][] = []
        const running = startTarget(simulatorContainer({ gpus }), {
          ...{ index: 0, probe: createProbe() },
          onNote: () => {},
        })
        const watch = setInterval(async () => {
          for (const id of (await holdings()).ours)
            await inspectContainer(String(id)).then(
              ({ HostConfig }) => kept.push(HostConfig.DeviceRequests),
              () => {},
            )
        }, 5)
        await expect(running).rejects.toMatchObject({ code: 'no-gpu' })
        clearInterval(watch)
        const created = (proxy?.seen ?? [])
          .filter(({ method, path }) => method === 'POST' && path.includes('/containers/create'))
          .map(({ body }) => JSON.parse(body))
        // The look for GPUs, and the target itself.
        expect(created).toHaveLength(2)
        for (const { HostConfig } of created)
          expect(plain(HostConfig.DeviceRequests)).toEqual(plain(DeviceRequests))
        expect(created[1].HostConfig).toMatchObject({ CapDrop: ['ALL'], PidsLimit: 128 })
        expect(created[1].HostConfig.PortBindings).toEqual({
          '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }],
        })
        expect(kept.length).toBeGreaterThan(0)
        for (const requests of kept) expect(plain(requests)).toEqual(plain(DeviceRequests))
      },
    )
  },
)
