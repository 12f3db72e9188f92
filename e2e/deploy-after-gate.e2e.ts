import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDeploy } from '../src/commands/deploy.ts'
import { deployParts } from '../src/commands/deploy-parts.ts'
import { type RecordedIo, recordedIo } from '../src/commands/testing/recorded-io.ts'
import type { Judgement } from '../src/deploy/index.ts'
import { type RunningSimulator, startSimulator } from '../src/simulator/index.ts'
import { emptyFolder } from '../testing/run-cli.ts'
import { type SwitchingService, startSwitch, startVersions } from '../testing/switching-service.ts'

/** What comes after the gate of a deploy. Its word is given here, so that no test waits for a whole gate; the rest is real. */

const versions = new Map<string, RunningSimulator>()
beforeAll(async () => {
  for (const [version, one] of await startVersions({ v1: [], v2: [] })) versions.set(version, one)
  const broken = { model: 'v2', profile: 'instant', faults: ['gpu-fault-health-200'] } as const
  versions.set('v2-later', await startSimulator(broken))
})
afterAll(() => Promise.all([...versions.values()].map((one) => one[Symbol.asyncDispose]())))

type Places = { readonly own: SwitchingService; readonly beside?: SwitchingService }

/** Deploys v2 where v1 is live; `hear` is told each line. */
async function deployed(
  recorded: RecordedIo,
  verdict: Judgement['verdict'],
  { own, beside }: Places,
  change: object,
  hear: (line: string) => void = () => {},
) {
  const io = {
    ...recorded,
    stderr(text: string) {
      recorded.stderr(text)
      hear(text)
    },
  }
  const switchTo = (version: string, at = own.url) => [
    ...[process.execPath, '-e', 'fetch(process.argv[1])', `${at}/switch?to=${version}`],
  ]
  const deploy = {
    command: switchTo('{version}', beside?.url),
    ...(beside && { url: beside.url, promote: switchTo('{version}') }),
    ...{ version: { url: '/v1/models', pointer: '/data/0/id' }, rollback: switchTo('{previous}'), ...change },
  }
  const config = { target: 'staging', targets: { staging: { kind: 'url', url: own.url, deploy } } }
  writeFileSync(join(io.cwd, 'infergate.config.json'), JSON.stringify(config))
  const judged = { verdict, runId: 'some-run', says: 'as this test wants it' }
  const code = await runDeploy({ release: 'v2' }, io, undefined, (...given) => {
    const { baseline: _, ...parts } = deployParts(...given)
    return { ...parts, gate: async () => judged, accept: async () => 'kept' }
  })
  return { code, err: recorded.err() }
}

test.concurrent('a fault that begins after the gate has passed is found by the watch, and the old version is back: exit 40', async () => {
  const io = recordedIo({ cwd: emptyFolder() })
  await using own = await startSwitch(versions, 'v1')
  const { code, err } = await deployed(io, 'PASS', { own }, { watch: '2m' }, (line) => {
    if (line.startsWith('watching the new version')) void fetch(`${own.url}/switch?to=v2-later`)
  })
  expect(code, err).toBe(40)
  expect(err).toMatch(/ROLLED BACK: the watch failed: .*Version v1 is live again and verified/s)
  expect(err).not.toContain('promoting the baseline')
  expect(own.version()).toBe('v1')
})

test.concurrent('what stays healthy while it is watched stays live: exit 0', async () => {
  const io = recordedIo({ cwd: emptyFolder() })
  await using own = await startSwitch(versions, 'v1')
  const { code, err } = await deployed(io, 'PASS', { own }, { watch: '3s' })
  expect(code, err).toBe(0)
  expect(err).toContain('promoting the baseline')
  expect(own.version()).toBe('v2')
})

test.concurrent('INCONCLUSIVE goes back; with `onInconclusive: keep` the new version stays live, which is said: exit 20', async () => {
  const backIo = recordedIo({ cwd: emptyFolder() })
  const keptIo = recordedIo({ cwd: emptyFolder() })
  await using first = await startSwitch(versions, 'v1')
  const back = await deployed(backIo, 'INCONCLUSIVE', { own: first }, {})
  expect(back.code, back.err).toBe(40)
  expect(first.version()).toBe('v1')
  await using own = await startSwitch(versions, 'v1')
  const kept = await deployed(keptIo, 'INCONCLUSIVE', { own }, { onInconclusive: 'keep' })
  expect(kept.code, kept.err).toBe(20)
  expect(kept.err).toContain(
    `The new version stays live, as \`onInconclusive: keep\` says. Live now: ${own.url}`,
  )
  expect(kept.err).toContain('To roll back, run `infergate deploy --target staging --rollback`')
  expect(own.version()).toBe('v2')
})

test.concurrent('kept beside the old version, it has no traffic, and a FAIL is never kept', async () => {
  const keptIo = recordedIo({ cwd: emptyFolder() })
  const failedIo = recordedIo({ cwd: emptyFolder() })
  await using own = await startSwitch(versions, 'v1')
  await using beside = await startSwitch(versions, 'none')
  const kept = await deployed(keptIo, 'INCONCLUSIVE', { own, beside }, { onInconclusive: 'keep' })
  expect(kept.code, kept.err).toBe(20)
  expect(kept.err).toContain(`still runs at ${beside.url} and has no traffic`)
  expect([own.version(), beside.version()]).toEqual(['v1', 'v2'])
  await using inPlace = await startSwitch(versions, 'v1')
  const failed = await deployed(failedIo, 'FAIL', { own: inPlace }, { onInconclusive: 'keep' })
  expect(failed.code, failed.err).toBe(40)
  expect(inPlace.version()).toBe('v1')
})
