import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createClient, createProbe } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import type { ContainerTarget } from '../src/records/index.ts'
import { startTarget } from '../src/targets/index.ts'
import { engine, engineSocket, holdings, reasonToSkip } from '../testing/container-engine.ts'
import {
  inspectContainer,
  requireEmptyImage,
  shell,
  simulatorContainer,
} from '../testing/container-service.ts'

const reason = await reasonToSkip()
const scratch = mkdtempSync(join(tmpdir(), 'infergate-container-'))

const start = (spec: ContainerTarget, options = {}) =>
  startTarget(spec, { index: 0, probe: createProbe(), runId: 'the-run', ...options })

const onlyContainer = async (): Promise<string> => {
  const { ours } = await holdings()
  expect(ours).toHaveLength(1)
  return String(ours[0])
}

/** Command lines of all processes of this machine that name one of these containers: shims, proxies, what runs inside. */
function processesNaming(ids: readonly string[]): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((line) => ids.some((id) => line.includes(id)))
}

describe.skipIf(reason)(`a container target${reason === undefined ? '' : `: left out, ${reason}`}`, () => {
  beforeAll(requireEmptyImage)

  test('generates, says which image and engine it was, keeps its log, and is gone when it is stopped', async () => {
    const notes: string[] = []
    const logFile = join(scratch, 'target.log')
    const onNote = (text: string) => notes.push(text)
    const target = await start(simulatorContainer(), { logFile, onNote })
    const { boot, address, description } = target
    expect(boot).toMatchObject({ origin: 'started', outcome: 'generating' })
    // The engine's proxy accepts connections from the start on: the port counts only once Node listens behind it.
    expect(boot.portMs).toBeGreaterThan(150)
    expect(boot.attempts.some(({ what, failure }) => what === 'port' && failure === 'reset')).toBe(true)
    expect(boot.healthMs).toBeGreaterThan(boot.portMs ?? Infinity)
    expect(address.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(notes).toEqual([expect.stringContaining(`unix://${engineSocket}`)])
    expect(description.container).toMatchObject({
      image: 'infergate-empty:test',
      imageId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      engine: { address: `unix://${engineSocket}` },
      flags: { pidsLimit: 128, capDrop: ['ALL'] },
    })
    await using client = await createClient(address)
    expect(await client.generate({ prompt: 'Say hello.', maxTokens: 8 })).toMatchObject({
      outcome: 'completed',
    })
    expect(target.logTail()).toContainEqual(expect.stringMatching(/^simulator listening on/))
    await target.stop()
    expect(target.exit()).toBeUndefined()
    expect(readFileSync(logFile, 'utf8')).toContain('simulator listening on')
    expect((await holdings()).ours).toEqual([])
  })

  test('stands behind every flag of its hardening, as the engine itself reports them', async () => {
    await using target = await start(simulatorContainer())
    const { HostConfig, Config, Mounts, NetworkSettings } = await inspectContainer(await onlyContainer())
    const port = new URL(target.address.baseUrl ?? '').port
    expect(NetworkSettings.Ports).toEqual({ '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: port }] })
    expect(HostConfig).toMatchObject({
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: 512 * 2 ** 20,
      MemorySwap: 512 * 2 ** 20,
      PidsLimit: 128,
      ShmSize: 64 * 2 ** 20,
      IpcMode: 'private',
      PidMode: '',
      UTSMode: '',
      UsernsMode: '',
      PublishAllPorts: false,
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
    })
    // An engine writes nothing as null or as an empty list.
    for (const none of ['CapAdd', 'Devices', 'DeviceRequests', 'Binds', 'VolumesFrom'])
      expect(HostConfig[none] ?? [], none).toEqual([])
    expect(['default', 'bridge']).toContain(HostConfig.NetworkMode)
    expect(Mounts.length).toBeGreaterThan(3)
    expect(Mounts.filter(({ RW }: { RW: boolean }) => RW)).toEqual([])
    expect(Mounts.filter(({ Source }: { Source: string }) => engineSocket.startsWith(Source))).toEqual([])
    expect(Config.Labels).toMatchObject({
      'infergate.run': 'the-run',
      'infergate.owner': expect.stringContaining(`/${process.pid}/`),
      'infergate.expires': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    // Neither testcontainers' own cleaner nor its session.
    expect(Object.keys(Config.Labels)).not.toContain('org.testcontainers.session-id')
  })

  test('has no capability inside, and no new ones can be had', async () => {
    const spec = {
      ...simulatorContainer(),
      ...shell('grep -E "^(Cap|NoNewPrivs)" /proc/self/status; exit 5'),
    }
    const error = await start(spec).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'target-died', message: expect.stringMatching(/exit code 5/) })
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd'])
      expect(String(error)).toMatch(new RegExp(`${set}:\\s+0000000000000000`))
    expect(String(error)).toMatch(/NoNewPrivs:\s+1/)
  })

  test('20 starts and stops leave no container, network, volume, image or process, and each start reads its own port', async () => {
    const before = await holdings()
    const ids: string[] = []
    const ports = new Set<string>()
    for (let round = 0; round < 20; round++) {
      const target = await start(simulatorContainer())
      ids.push(await onlyContainer())
      ports.add(new URL(target.address.baseUrl ?? '').port)
      expect(target.boot.outcome).toBe('generating')
      await target.stop()
    }
    expect(new Set(ids).size).toBe(20)
    expect(ports.size).toBeGreaterThan(1)
    expect(await holdings()).toEqual(before)
    expect(before.ours).toEqual([])
    expect(processesNaming(ids)).toEqual([])
  })

  test('that dies under test says how, at once', async () => {
    await using target = await start(simulatorContainer())
    const id = await onlyContainer()
    const killedAt = systemClock.monotonicMs()
    await engine('POST', `/containers/${id}/kill?signal=KILL`)
    while (!target.exit()) await systemClock.sleep(10)
    expect(systemClock.monotonicMs() - killedAt).toBeLessThan(2_000)
    expect(target.exit()).toMatchObject({ code: 137 })
  })

  test('that goes beyond its memory is told so, with what to raise', async () => {
    const eat = 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1))'
    const spec = simulatorContainer({ entrypoint: [process.execPath, '-e'], command: [eat] })
    await expect(start({ ...spec, memoryBytes: 128 * 2 ** 20 })).rejects.toMatchObject({
      code: 'target-died',
      message: expect.stringMatching(/exit code 137[\s\S]*memory limit of 128 MiB: raise `memory`/),
    })
    expect((await holdings()).ours).toEqual([])
  })

  test('that ignores SIGTERM is gone after its grace', async () => {
    // The first process of a container that handles no SIGTERM gets none.
    const deaf =
      "const { on } = process; process.on = (name, act) => (name === 'SIGTERM' ? process : on.call(process, name, act)); await import(process.argv[1])"
    const { entrypoint = [], command } = simulatorContainer()
    const args = ['--input-type=module', '-e', deaf, '--', String(entrypoint.at(-1)), ...command]
    const target = await start(simulatorContainer({ entrypoint: [process.execPath], command: args }))
    const from = systemClock.monotonicMs()
    await target.stop()
    const tookMs = systemClock.monotonicMs() - from
    expect(tookMs).toBeGreaterThan(1_000)
    expect(tookMs).toBeLessThan(5_000)
    expect((await holdings()).ours).toEqual([])
  })

  test('is taken away when the caller gives up while it boots', async () => {
    const controller = new AbortController()
    const enough = new Error('enough')
    const spec = { ...simulatorContainer(), ...shell('echo waiting; sleep 60') }
    const starting = start(spec, { signal: controller.signal })
    starting.catch(() => {})
    while ((await holdings()).ours.length === 0) await systemClock.sleep(50)
    controller.abort(enough)
    await expect(starting).rejects.toBe(enough)
    expect((await holdings()).ours).toEqual([])
  })

  test('whose log file is on a full disk goes on, with a warning that says so', async () => {
    const warnings: string[] = []
    const onWarning = (text: string) => warnings.push(text)
    await using target = await start(simulatorContainer(), { logFile: '/dev/full', onWarning })
    expect(target.boot.outcome).toBe('generating')
    expect(warnings).toEqual([
      expect.stringMatching(/\/dev\/full cannot be written \(ENOSPC.*free disk space/),
    ])
    expect(target.logTail()).toContainEqual(expect.stringMatching(/^simulator listening on/))
  })
})
