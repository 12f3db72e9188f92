import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { holdings, reasonToSkip } from '../testing/container-engine.ts'
import { HEALTHY } from '../testing/healthy.ts'

const reason = await reasonToSkip('infergate-vllm-cpu:0.32.0')
const root = join(import.meta.dirname, '..')

describe.skipIf(reason)(
  `${HEALTHY}, a real vLLM in a container${reason === undefined ? '' : `: left out, ${reason}`}`,
  () => {
    test('passes the gate without a single capability, and nothing of it is left', async () => {
      const reports = mkdtempSync(join(tmpdir(), 'infergate-vllm-'))
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(root, 'bin/infergate.mjs'), 'gate', '--target', 'vllm-cpu-container', '--reports-dir', reports],
        {
          cwd: root,
          encoding: 'utf8',
          timeout: 540_000,
          env: {
            ...process.env,
            INFERGATE_COLD_STARTS: '1',
            INFERGATE_MIN_COLD_STARTS: '1',
            INFERGATE_HISTORY: join(reports, 'history.sqlite'),
          },
        },
      )
      expect(status, stderr).toBe(0)
      const verdict = JSON.parse(readFileSync(join(reports, 'latest/verdict.json'), 'utf8'))
      expect(verdict.target.container).toMatchObject({
        image: 'infergate-vllm-cpu:0.32.0',
        imageId: expect.stringMatching(/^sha256:/),
        flags: { capDrop: ['ALL'], shmBytes: 512 * 2 ** 20 },
      })
      expect(verdict.target.version).toBe('0.32.0')
      expect(readFileSync(join(reports, 'latest/target.log'), 'utf8')).toMatch(
        /vLLM.*0\.32\.0|version 0\.32\.0/,
      )
      expect((await holdings()).ours).toEqual([])
    })
  },
)
