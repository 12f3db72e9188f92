import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, describe, expect, test } from 'vitest'
import { createProbe } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import type { ContainerTarget } from '../src/records/index.ts'
import { startTarget } from '../src/targets/index.ts'
import { holdings, reasonToSkip } from '../testing/container-engine.ts'
import { requireEmptyImage, simulatorContainer } from '../testing/container-service.ts'
import { type Fate, type Seen, startEngineProxy } from '../testing/engine-proxy.ts'

const reason = await reasonToSkip()
const program = join(import.meta.dirname, '../testing/start-and-say.ts')

function startChild(spec: ContainerTarget, address: string): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', program, JSON.stringify(spec)], {
    env: { ...process.env, DOCKER_HOST: address },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

const saysGenerating = async ({ stdout }: ChildProcess): Promise<void> => {
  if (!stdout) throw new Error('The child has no stdout.')
  const [line] = await once(createInterface(stdout), 'line')
  expect(line).toBe('generating')
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const asks = (method: string, path: RegExp) => (seen: Seen) => seen.method === method && path.test(seen.path)

/** The engine does what is asked of it; the infergate that asked dies before it hears of it. */
const PHASES = [
  // Nothing can be pulled here: the wish for it is held, as a slow registry would.
  ['pulling', asks('POST', /\/images\/create\?/), 0, { image: 'infergate-absent:test' }],
  ['creating', asks('POST', /\/containers\/create/), 1, {}],
  ['following the output', asks('POST', /\/containers\/\w+\/attach/), 1, {}],
  ['starting', asks('POST', /\/containers\/\w+\/start/), 1, {}],
  ['stopping', asks('POST', /\/containers\/\w+\/stop/), 1, {}],
  ['looking for GPUs', asks('POST', /\/containers\/\w+\/start/), 1, { gpus: 'all' }],
] as const

describe.skipIf(reason)(`after a death${reason === undefined ? '' : `: left out, ${reason}`}`, () => {
  beforeAll(requireEmptyImage)

  /** One ordinary start of another run takes away what the dead one left; a living one's is left alone. */
  async function expectSweep(): Promise<void> {
    const target = await startTarget(simulatorContainer(), { index: 0, probe: createProbe() })
    expect((await holdings()).ours).toHaveLength(1)
    await target.stop()
    expect(await holdings()).toMatchObject({ ours: [], ourImages: [] })
  }

  test.each(PHASES)(
    'of infergate while %s, one more start leaves nothing',
    async (_, isIt, left, changes) => {
      const before = await holdings()
      expect(before).toMatchObject({ ours: [], ourImages: [] })
      const fate = (seen: Seen): Fate => (isIt(seen) ? 'hold' : 'pass')
      const proxy = await startEngineProxy(fate)
      const child = startChild(simulatorContainer(changes), proxy.address)
      child.stdout?.once('data', () => child.stdin?.write('stop\n'))
      await proxy.held
      await kill(child)
      proxy.close()
      expect((await holdings()).ours).toHaveLength(left)
      await expectSweep()
      expect(await holdings()).toEqual(before)
    },
  )

  test('of infergate while the service generates, one more start leaves nothing', async () => {
    const proxy = await startEngineProxy(() => 'pass')
    const child = startChild(simulatorContainer(), proxy.address)
    await saysGenerating(child)
    await kill(child)
    proxy.close()
    expect((await holdings()).ours).toHaveLength(1)
    await expectSweep()
  })

  test('of the engine the service counts as alive: the run says what it lost, and the next one cleans up', async () => {
    const proxy = await startEngineProxy(() => 'pass')
    const child = startChild(simulatorContainer(), proxy.address)
    let said = ''
    child.stdout?.on('data', (text) => {
      said += text
    })
    await saysGenerating(child)
    proxy.close()
    while (!said.includes('engine was lost')) await systemClock.sleep(20)
    const gone = once(child, 'exit')
    child.stdin?.write('stop\n')
    await gone
    expect(said).toMatch(/could not be removed .*docker rm -fv/)
    expect(said).toContain('stopped, exit undefined')
    expect((await holdings()).ours).toHaveLength(1)
    await expectSweep()
  })

  test('of nobody, the container of a run that lives stays', async () => {
    const proxy = await startEngineProxy(() => 'pass')
    const child = startChild(simulatorContainer(), proxy.address)
    await saysGenerating(child)
    const [living] = (await holdings()).ours
    const target = await startTarget(simulatorContainer(), { index: 0, probe: createProbe() })
    await target.stop()
    expect((await holdings()).ours).toEqual([living])
    const gone = once(child, 'exit')
    child.stdin?.write('stop\n')
    await gone
    proxy.close()
    expect((await holdings()).ours).toEqual([])
  })
})
