import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDeployCommand } from '../src/commands/deploy-command.ts'
import { recordedIo } from '../src/commands/testing/recorded-io.ts'
import type { Step } from '../src/deploy/events.ts'
import { root } from '../testing/run-cli.ts'
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

function configure(cwd: string, { url }: SwitchingService): void {
  const script = 'fetch(process.argv[1])'
  const switchTo = (version: string) => [process.execPath, '-e', script, `${url}/switch?to=${version}`]
  const deploy = {
    command: switchTo('{version}'),
    version: { url: '/v1/models', pointer: '/data/0/id' },
    rollback: switchTo('{previous}'),
  }
  const config = { target: 'staging', targets: { staging: { kind: 'url', url, deploy } } }
  writeFileSync(join(cwd, 'infergate.config.json'), JSON.stringify(config))
}

for (const [step, verdict, live, safety] of DEATHS)
  test.concurrent(`a deploy that is killed in the step ${step}: the next command says so, and what is live`, async () => {
    const io = recordedIo()
    const back = recordedIo({ cwd: io.cwd })
    await using service = await startSwitch(versions, 'v1')
    configure(io.cwd, service)
    const child = spawn(process.execPath, [join(root, 'testing/deploy-child.ts'), io.cwd, step, verdict], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [, signal] = await once(child, 'exit')
    expect(signal).toBe('SIGKILL')
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
