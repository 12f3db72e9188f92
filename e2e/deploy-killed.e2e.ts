import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDeployCommand } from '../src/commands/deploy-command.ts'
import { recordedIo } from '../src/commands/testing/recorded-io.ts'
import type { Step } from '../src/deploy/events.ts'
import { emptyFolder, root } from '../testing/run-cli.ts'
import { type SwitchingService, startSwitch, startVersions } from '../testing/switching-service.ts'

/** By step: which version is live once the deploy was killed in it, and whether a new deploy may begin on that. */
const DEATHS: readonly (readonly [Step, 'PASS' | 'FAIL', 'v1' | 'v2', 'safe' | 'unsafe'])[] = [
  ['note', 'PASS', 'v1', 'safe'],
  ['baseline', 'PASS', 'v1', 'safe'],
  ['deploy', 'PASS', 'v1', 'safe'],
  ['answer', 'PASS', 'v2', 'unsafe'],
  ['smoke', 'PASS', 'v2', 'unsafe'],
  ['gate', 'PASS', 'v2', 'unsafe'],
  ['verify', 'PASS', 'v2', 'unsafe'],
  ['watch', 'PASS', 'v2', 'safe'],
  ['accept', 'PASS', 'v2', 'safe'],
  ['roll-back', 'FAIL', 'v2', 'unsafe'],
  ['verify-roll-back', 'FAIL', 'v1', 'safe'],
]

let versions: Awaited<ReturnType<typeof startVersions>>
beforeAll(async () => {
  versions = await startVersions({ v1: [], v2: [] })
})
afterAll(() => Promise.all([...versions.values()].map((one) => one[Symbol.asyncDispose]())))

/** `beside`: where the new version answers until it is promoted; without it, in place of the old one. */
function configure(cwd: string, { url }: SwitchingService, beside?: SwitchingService): void {
  const script = 'fetch(process.argv[1])'
  const switchTo = (version: string, at = url) => [
    ...[process.execPath, '-e', script, `${at}/switch?to=${version}`],
  ]
  const deploy = {
    command: switchTo('{version}', beside?.url),
    ...(beside && { url: beside.url, promote: switchTo('{version}') }),
    version: { url: '/v1/models', pointer: '/data/0/id' },
    rollback: beside ? [switchTo('{previous}'), switchTo('none', beside.url)] : switchTo('{previous}'),
  }
  const config = { target: 'staging', targets: { staging: { kind: 'url', url, deploy } } }
  writeFileSync(join(cwd, 'infergate.config.json'), JSON.stringify(config))
}

async function killedIn(step: Step, verdict: string, cwd: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'testing/deploy-child.ts'), cwd, step, verdict], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}

for (const [step, verdict, live, safety] of DEATHS)
  test.concurrent(`a deploy that is killed in the step ${step}: the next command says so, and what is live`, async () => {
    const io = recordedIo({ cwd: emptyFolder() })
    const back = recordedIo({ cwd: io.cwd })
    await using service = await startSwitch(versions, 'v1')
    configure(io.cwd, service)
    await killedIn(step, verdict, io.cwd)
    expect(service.version()).toBe(live)

    expect(await runDeployCommand({ status: true }, io)).toBe(10)
    expect(io.out()).toContain(`died in the step ${step} (`)
    expect(io.out()).toContain(`Live now: ${service.url} answers with version ${live}.`)

    const next = runDeployCommand({ release: live }, io)
    // Deploying what is live already is refused by itself: that far only a safe one comes.
    await expect(next).rejects.toMatchObject(
      safety === 'safe'
        ? { code: 'usage', message: expect.stringContaining('answers with version') }
        : { code: 'deploy-unfinished', message: expect.stringContaining(`died in the step ${step} (`) },
    )
    if (safety === 'safe') return
    expect(await runDeployCommand({ rollback: true }, back), back.err()).toBe(0)
    expect(back.err()).toContain('Version v1 is live again and verified')
    expect(service.version()).toBe('v1')
    expect(await runDeployCommand({ status: true }, io)).toBe(0)
  })

/** By step: what has the traffic once a deploy beside the old version was killed in it. */
const DEATHS_BESIDE = [
  ['promote', 'v1'],
  ['verify', 'v2'],
] as const

for (const [step, live] of DEATHS_BESIDE)
  test.concurrent(`beside the old version, a deploy that is killed in the step ${step} says what has the traffic, and one goes back`, async () => {
    const io = recordedIo({ cwd: emptyFolder() })
    await using service = await startSwitch(versions, 'v1')
    await using beside = await startSwitch(versions, 'none')
    configure(io.cwd, service, beside)
    await killedIn(step, 'PASS', io.cwd)
    expect([service.version(), beside.version()]).toEqual([live, 'v2'])
    expect(await runDeployCommand({ status: true }, io)).toBe(10)
    expect(io.out()).toContain(`died in the step ${step} (`)
    expect(io.out()).toContain(`Live now: ${service.url} answers with version ${live}.`)
    expect(io.out()).toContain('To roll back, run `infergate deploy --target staging --rollback`')
    expect(await runDeployCommand({ rollback: true }, io), io.err()).toBe(0)
    expect([service.version(), beside.version()]).toEqual(['v1', 'none'])
    expect(await runDeployCommand({ status: true }, io)).toBe(0)
  })
