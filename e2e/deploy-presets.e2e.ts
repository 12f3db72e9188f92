import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, root, runCli } from '../testing/run-cli.ts'
import { type Behaviour, startPlatform } from '../testing/stand-ins/platform.ts'

/**
 * Whole deploys with the presets of docs/deploy.md. `modal` and `kubectl` are STAND-INS here (testing/stand-ins), the service behind
 * them is a simulator in processes of its own.
 */

const page = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8')
const configFor = (platform: string): string =>
  new RegExp(`^\`\`\`ts\\n(// infergate.config.ts for ${platform}\\n.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? ''

type Platform = 'Modal' | 'Kubernetes'

async function start(platform: Platform, behaviour: Behaviour) {
  const at = await startPlatform('old', behaviour)
  const cwd = emptyFolder()
  // The page as it stands: only the address is this machine's, and the release is named by a flag in place of git.
  const config = configFor(platform)
    .replace(/https:\/\/(?:you--llm-serve\.modal\.run|llm\.example)/, at.url)
    .replace(/^ *release: .*\n/m, '')
    .replace('deploy: {', 'firstAnswerTimeoutSeconds: 3, deploy: { answerSeconds: 10, rollbackSeconds: 20,')
  writeFileSync(join(cwd, 'infergate.config.ts'), config)
  writeFileSync(join(cwd, 'app.py'), '')
  const env = { ...at.env, MODAL_KEY: 'wk-of-a-test', MODAL_SECRET: 'ws-of-a-test' }
  const deploy = (...flags: readonly string[]) =>
    runCli(['deploy', '--target', 'production', ...flags], { cwd, env })
  return { ...at, deploy, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() }
}

/** Both platforms beside each other, each with what it then says and has live. */
async function onBoth(behaviour: Behaviour, ...flags: readonly string[]) {
  const deployed = async (platform: Platform) => {
    await using at = await start(platform, behaviour)
    const { code, stdout, stderr } = await at.deploy('--release', 'new', ...flags)
    return { code, says: stderr + stdout, live: at.live(), typed: at.typed }
  }
  return Promise.all([deployed('Modal'), deployed('Kubernetes')])
}
const BROKEN = { new: ['health-green-generate-error'] }

test('a plan names each command and runs none', async () => {
  const [modal, kubernetes] = await onBoth({}, '--plan')
  expect([modal.code, kubernetes.code], modal.says + kubernetes.says).toEqual([0, 0])
  for (const part of ['modal deploy --name llm --tag {version} app.py', 'GET /release', ' back --name llm '])
    expect(modal.says).toContain(part)
  for (const part of ['set image deployment/llm', 'rollout status', 'registry.example/llm:{previous}'])
    expect(kubernetes.says).toContain(part)
  expect([...modal.typed, ...kubernetes.typed].filter((line) => !line.includes(' get '))).toEqual([])
})

test('a good release goes live and stays', async () => {
  for (const { code, says, live } of await onBoth({ rolloverMs: 700 })) {
    expect(code, says).toBe(0)
    expect([live, says]).toEqual(['new', expect.stringContaining('PASS')])
  }
})

test('a broken release is rolled back, and the old one answers again', async () => {
  const [modal, kubernetes] = await onBoth({ faults: BROKEN, rolloverMs: 700 })
  for (const { code, says, live } of [modal, kubernetes]) {
    expect(code, says).toBe(40)
    expect(live).toBe('old')
  }
  expect(modal.typed).toContain('modal app rollback llm v12')
  expect(kubernetes.typed).toContain(
    'kubectl --namespace ai set image deployment/llm llm=registry.example/llm:old',
  )
})

test('a rollback that is refused is exit 41, with the words of the platform', async () => {
  const [modal, kubernetes] = await onBoth({ faults: BROKEN, refusesBack: true })
  expect([modal.code, kubernetes.code], modal.says + kubernetes.says).toEqual([41, 41])
  expect([modal.live, kubernetes.live]).toEqual(['new', 'new'])
  expect(modal.says).toContain('not available on your plan')
  expect(kubernetes.says).toContain('is forbidden')
})

test('a release that never comes is named, and the old one answers on', async () => {
  for (const { code, says, live } of await onBoth({ neverReady: ['new'] })) {
    expect(code, says).toBe(40)
    expect([live, says]).toEqual(['old', expect.stringMatching(/never answered|timed out waiting/)])
  }
})
