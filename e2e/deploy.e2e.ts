import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../src/run/index.ts'
import { emptyFolder, ended, root, runCli, startCli } from '../testing/run-cli.ts'
import { until } from '../testing/survivors.ts'

const manager = join(root, 'testing/service-manager.mjs')
const VERSIONS = { v1: [], v2: ['gpu-fault-health-200'], v3: [] }
const places: { readonly cwd: string; readonly port: number }[] = []

/** A folder with a service of version v1 that runs, and its configuration; `deploy` replaces a part of it. */
async function place(deploy: object = {}) {
  const cwd = emptyFolder()
  const port = await freePort()
  places.push({ cwd, port })
  const run = (...words: readonly string[]) => [process.execPath, manager, ...words, String(port)]
  const config = {
    target: 'staging',
    bench: { warmRequests: 20 },
    targets: {
      staging: {
        kind: 'url',
        url: `http://127.0.0.1:${port}`,
        deploy: {
          ...{ command: run('start', '{version}'), rollback: run('start', '{previous}') },
          ...{ version: { url: '/v1/models', pointer: '/data/0/id' }, ...deploy },
        },
      },
    },
  }
  writeFileSync(join(cwd, 'infergate.config.json'), JSON.stringify(config))
  writeFileSync(join(cwd, 'versions.json'), JSON.stringify(VERSIONS))
  const start = (version: string) =>
    execFileSync(process.execPath, [manager, 'start', version, String(port)], { cwd })
  start('v1')
  await live(port, 'v1')
  return { cwd, url: `http://127.0.0.1:${port}`, port, start }
}

async function live(port: number, version: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const models = await fetch(`http://127.0.0.1:${port}/v1/models`).catch(() => undefined)
    if ((await models?.text())?.includes(`"${version}"`)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${version} does not answer on port ${port}`)
}

afterEach(() => {
  for (const { cwd, port } of places.splice(0))
    execFileSync(process.execPath, [manager, 'stop', String(port)], { cwd })
})

/** What the deploys in this folder wrote down, in their order. */
const journals = (cwd: string): string =>
  readdirSync(join(cwd, 'reports'))
    .filter((name) => name.includes('-deploy-'))
    .map((name) => readFileSync(join(cwd, 'reports', name, 'deploy.jsonl'), 'utf8'))
    .join('')

test('a new version that is broken is rolled back, and the old one answers again: exit 40', async () => {
  const { cwd, url, port } = await place()
  const { code, stderr } = await runCli(['deploy', '--release', 'v2'], { cwd })
  expect(code, stderr).toBe(40)
  expect(stderr).toMatch(/ROLLED BACK: .*(?:CUDA error|does not generate|failed)/s)
  expect(stderr).toContain(
    `Version v1 is live again and verified: ${url} answers with version v1 and generates.`,
  )
  await live(port, 'v1')
})

test('a new version that is good is live, and the run that judged it is the baseline: exit 0', async () => {
  const { cwd, url, port } = await place()
  const { code, stderr } = await runCli(['deploy', '--release', 'v3'], { cwd })
  expect(code, stderr).toBe(0)
  expect(stderr).toContain(`PASS: version v3 is live at ${url}.`)
  await live(port, 'v3')
  const { stdout } = await runCli(['baseline', 'list', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject([{ target: 'staging', runId: expect.stringContaining('-gate-') }])
  const status = await runCli(['deploy', '--status'], { cwd })
  expect(status.stdout).toContain(`Live now: ${url} answers with version v3.`)
  const back = await runCli(['deploy', '--rollback'], { cwd })
  expect(back.code, back.stderr).toBe(0)
  expect(back.stderr).toContain('infergate baseline promote')
  await live(port, 'v1')
})

test('a service that goes on answering with the old version is told so, whatever its health says: exit 40', async () => {
  const { cwd, url } = await place({ command: ['true'], answerSeconds: 2 })
  const { code, stderr } = await runCli(['deploy', '--release', 'v3'], { cwd })
  expect(code, stderr).toBe(40)
  expect(stderr).toContain(`the new version (v3) never answered: ${url} still answers with version v1`)
})

test('a roll-back that fails is the loudest message, with what is live and what to run: exit 41', async () => {
  const { cwd, url } = await place({ answerSeconds: 60, rollback: 'echo the platform is away >&2; exit 7' })
  const { code, stderr } = await runCli(['deploy', '--release', 'v2', '--quiet'], { cwd })
  expect(code, stderr).toBe(41)
  expect(stderr).toMatch(/!{78}\nTHE ROLL-BACK FAILED: .*exit code 7.*the platform is away/)
  expect(stderr).toContain(`Live now: ${url} answers with version v2.`)
  expect(stderr).toContain('or by hand in')
})

test('a second deploy is refused with who holds the target; Ctrl-C rolls nothing back and says what is live', async () => {
  const { cwd, url, start } = await place({ command: 'echo begun; exec sleep 60' })
  const first = startCli(['deploy', '--release', 'v3'], { cwd })
  const end = ended(first)
  await until(() => safely(() => journals(cwd)).includes('"begun","step":"deploy"'), 20_000)
  const second = await runCli(['deploy', '--release', 'v2'], { cwd })
  expect(second.code, second.stderr).toBe(30)
  expect(second.stderr).toMatch(
    /Another deploy holds staging: .*process \d+ of .* goes on: in the step deploy/,
  )
  first.kill('SIGINT')
  const { code, stderr } = await end
  expect(code, stderr).toBe(130)
  expect(stderr).toContain(`Nothing was rolled back. Live now: ${url} answers with version v1.`)
  start('v2')
  const unsafe = await runCli(['deploy', '--release', 'v3'], { cwd })
  expect(unsafe.code, unsafe.stderr).toBe(30)
  expect(unsafe.stderr).toContain('was interrupted in the step deploy')
  expect(unsafe.stderr).toContain('infergate deploy --target staging --rollback')
})

test('what a deploy lacks is said before anything is run: exit 2', async () => {
  const { cwd } = await place({ rollback: ['no-such-program', '{previous}'] })
  const missing = await runCli(['deploy', '--release', 'v3'], { cwd })
  expect(missing.code, missing.stderr).toBe(2)
  expect(missing.stderr).toContain('no-such-program, which is not found here')
  expect(safely(() => journals(cwd))).toBe('')
})

/** Nothing is there yet. */
function safely(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
