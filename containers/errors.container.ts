import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createProbe } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import type { ContainerTarget } from '../src/records/index.ts'
import { startTarget } from '../src/targets/index.ts'
import { engineSocket, holdings, reasonToSkip } from '../testing/container-engine.ts'
import { requireEmptyImage, shell, simulatorContainer } from '../testing/container-service.ts'

const reason = await reasonToSkip()
const bin = join(import.meta.dirname, '../bin/infergate.mjs')

const start = (spec: ContainerTarget) => startTarget(spec, { index: 0, probe: createProbe() })

/** One sentence for people: no line break, and an end that says what to do. */
async function failureOf(spec: ContainerTarget): Promise<{ code: string; message: string; tookMs: number }> {
  const from = systemClock.monotonicMs()
  try {
    await using target = await start(spec)
    throw new Error(`It started: ${target.boot.outcome}`)
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return { code, message, tookMs: systemClock.monotonicMs() - from }
  }
}

/** A whole `infergate gate` in an empty folder, with a target of its own. */
function gate(
  target: ContainerTarget,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
) {
  const cwd = mkdtempSync(join(tmpdir(), 'infergate-gate-'))
  const { image, entrypoint, command, mounts, port, gpus } = target
  const config = { kind: 'container', image, entrypoint, command, mounts, port, gpus, memory: '512m' }
  writeFileSync(
    join(cwd, 'infergate.config.ts'),
    `export default { target: 'it', targets: { it: ${JSON.stringify(config)} } }`,
  )
  const from = systemClock.monotonicMs()
  const { status, stderr } = spawnSync(process.execPath, [bin, 'gate', ...args], {
    ...{ cwd, encoding: 'utf8', timeout: 300_000, env: { ...process.env, ...env } },
  })
  return { status, stderr, cwd, tookMs: systemClock.monotonicMs() - from }
}

describe.skipIf(reason)(
  `what goes wrong with containers${reason === undefined ? '' : `: left out, ${reason}`}`,
  () => {
    beforeAll(requireEmptyImage)
    afterEach(async () => {
      expect(await holdings()).toMatchObject({ ours: [], ourImages: [] })
    })

    test('an image that is not here and cannot be pulled is named, with what to do', async () => {
      const spec = simulatorContainer({ image: 'localhost:1/no/such-image:1' })
      const { code, message, tookMs } = await failureOf(spec)
      expect(code).toBe('container-failed')
      expect(message).toMatch(
        /^The image localhost:1\/no\/such-image:1 is not here and cannot be pulled \(.*\): .*\.$/,
      )
      expect(tookMs).toBeLessThan(20_000)
    })

    test('an image that is here is not the one whose digest was asked for', async () => {
      const digest = `sha256:${'0'.repeat(64)}`
      expect(await failureOf(simulatorContainer({ digest }))).toMatchObject({
        code: 'container-failed',
        message: expect.stringContaining(digest),
      })
    })

    test('an image that exits at once is told with its exit code and its last words', async () => {
      const failure = await failureOf({
        ...simulatorContainer(),
        ...shell('echo CUDA out of memory >&2; exit 3'),
      })
      expect(failure).toMatchObject({
        code: 'target-died',
        message: expect.stringMatching(/exit code 3[\s\S]*\| CUDA out of memory/),
      })
      expect(failure.tookMs).toBeLessThan(5_000)
    })

    test('a command that the image does not have is told in the words of the engine', async () => {
      expect(await failureOf(simulatorContainer({ entrypoint: ['/no/such/command'] }))).toMatchObject({
        code: 'container-failed',
        message: expect.stringMatching(
          /^The container of .* cannot be started \(.*\/no\/such\/command.*\): .*\.$/,
        ),
      })
    })

    test('a fixed port that is taken is named before anything starts; a free one is used', async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const port = Number(Object(server.address()).port)
      expect(await failureOf(simulatorContainer({ port }))).toMatchObject({
        code: 'port-taken',
        message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
      })
      server.close()
      await once(server, 'close')
      await using target = await start(simulatorContainer({ port }))
      expect(target.address.baseUrl).toBe(`http://127.0.0.1:${port}`)
      await target.stop()
    })

    test('a mount that does not exist, or would bring the engine inside, is refused', async () => {
      const mount = (source: string) =>
        simulatorContainer({ mounts: [{ source, target: '/data', writable: false }] })
      expect(await failureOf(mount('/no/such/folder'))).toMatchObject({ code: 'config-invalid' })
      for (const source of [engineSocket, join(engineSocket, '..'), '/'])
        expect(await failureOf(mount(source))).toMatchObject({
          code: 'config-invalid',
          message: expect.stringContaining('socket'),
        })
    })

    test('a token that is not set is named before anything is pulled', async () => {
      const secretEnv = [{ name: 'HF_TOKEN', source: { env: 'INFERGATE_TEST_NO_TOKEN' } }]
      expect(await failureOf(simulatorContainer({ image: 'localhost:1/none:1', secretEnv }))).toMatchObject({
        code: 'secret-missing',
        message: expect.stringContaining('INFERGATE_TEST_NO_TOKEN'),
      })
    })

    test('a secret that the service logs reaches no log of ours, and the container gets it', async () => {
      process.env['INFERGATE_TEST_TOKEN'] = 'hf_0123456789abcdef'
      const secretEnv = [{ name: 'GATED', source: { env: 'INFERGATE_TEST_TOKEN' } }]
      const script = 'echo "token $GATED of $(printf %s "$GATED" | wc -c)"; exit 4'
      const { message } = await failureOf({ ...simulatorContainer({ secretEnv }), ...shell(script) })
      delete process.env['INFERGATE_TEST_TOKEN']
      expect(message).toMatch(/token \[secret from environment variable INFERGATE_TEST_TOKEN\] of 19/)
      expect(message).not.toContain('hf_0123456789abcdef')
    })

    test('the gate on a container: GPUs where the engine has none end it with exit 30 in seconds', () => {
      const { status, stderr, tookMs } = gate(simulatorContainer({ image: 'localhost:1/none:1', gpus: 1 }))
      expect(status, stderr).toBe(30)
      expect(stderr).toMatch(/no-gpu.*no GPU runtime.*device driver.*NVIDIA Container Toolkit/)
      expect(tookMs).toBeLessThan(5_000)
    })

    test('the gate with a DOCKER_HOST that is dead, wrong or far away says so, tries no other and ends with exit 30', () => {
      const dead = join(mkdtempSync(join(tmpdir(), 'infergate-dead-')), 'docker.sock')
      for (const [address, says] of [
        [`unix://${dead}`, /no-container-engine.*ENOENT.*no other was tried/],
        ['tcp://127.0.0.1:1', /no-container-engine.*ECONNREFUSED.*no other was tried/],
        ['tcp://192.0.2.1:2375', /no-container-engine.*another machine/],
        ['ssh://someone@somewhere', /no-container-engine.*unix:\/\/ socket/],
      ] as const) {
        const { status, stderr } = gate(simulatorContainer(), { DOCKER_HOST: address })
        expect(status, stderr).toBe(30)
        expect(stderr).toMatch(says)
      }
    })

    test.skipIf(process.getuid?.() !== 0)(
      'the gate with its reports on a full disk says so and leaves no container (root may mount a small one)',
      () => {
        const disk = mkdtempSync(join(tmpdir(), 'infergate-disk-'))
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
        try {
          mkdirSync(join(disk, 'reports'))
          const { status, stderr } = gate(simulatorContainer(), {}, ['--reports-dir', join(disk, 'reports')])
          expect(status, stderr).toBe(30)
          expect(stderr).toMatch(/ENOSPC: no space left.*free some space, or choose another disk/)
          expect(stderr).not.toMatch(/^\s+at /m)
          // What was measured before the disk was full can still be read.
          const run = join(disk, 'reports/latest')
          const journal = readFileSync(join(run, 'journal.jsonl'), 'utf8').trimEnd().split('\n')
          const kinds = journal.map((line) => JSON.parse(line).kind)
          expect(kinds.slice(0, 5)).toEqual(['started', 'observed', 'observed', 'observed', 'profiled'])
          expect(readFileSync(join(run, 'samples.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(30)
        } finally {
          execFileSync('umount', [disk])
          rmSync(disk, { recursive: true })
        }
      },
    )
  },
)
