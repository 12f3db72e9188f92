import { expect, test } from 'vitest'
import type { DeploySettings } from '../config/index.ts'
import type { DeployCommands, UrlTarget } from '../records/index.ts'
import { describePlan } from './describe-plan.ts'
import { planDeploy } from './plan-deploy.ts'

const target: UrlTarget = {
  kind: 'url',
  dialect: 'openai',
  baseUrl: 'http://127.0.0.1:1',
  readyTimeoutMs: 1_000,
}
const COMMANDS: DeployCommands = {
  deploy: [{ argv: ['sh', '-c', 'deploy {version}'] }],
  version: { kind: 'http', url: '/version', version: { pointer: '/version' } },
  rollback: [{ argv: ['sh', '-c', 'deploy {previous}'] }],
}
const settings = (
  commands: Partial<DeployCommands>,
  change: Partial<DeploySettings> = {},
): DeploySettings => ({
  ...{ commands, onInconclusive: 'rollback', folder: '/', ...change },
  deadlines: {
    commandMs: 600_000,
    answerMs: 600_000,
    smokeMs: 10_000,
    gateMs: 1_800_000,
    rollbackMs: 600_000,
  },
})
const plan = (given: DeploySettings | undefined, release?: string) =>
  planDeploy({
    ...{ deployId: 'd', targetName: 'staging', target, settings: given, env: { PATH: process.env['PATH'] } },
    ...(release !== undefined && { release }),
  })

test.each([
  ['no word of deploys', undefined, 'says nothing of its deploys'],
  [
    'a deploy without a way back',
    settings({ ...COMMANDS, rollback: undefined } as never),
    'lacks `rollback`',
  ],
  [
    'a place beside that never gets the traffic',
    settings({ ...COMMANDS, url: 'http://127.0.0.1:2' }),
    'no `promote`',
  ],
  [
    'a promotion of what is live at once',
    settings({ ...COMMANDS, promote: [{ argv: ['true'] }] }),
    'no `url`',
  ],
  [
    'a place beside that is the place of the old version',
    settings({ ...COMMANDS, url: 'http://127.0.0.1:1/v1', promote: [{ argv: ['true'] }] }),
    'would hold the new version against itself',
  ],
  ['a preset that does not exist', settings({}, { preset: { kind: 'dokcer' } }), 'did you mean "docker"?'],
  [
    'a roll-back whose program is missing',
    settings({ ...COMMANDS, rollback: [{ argv: ['no-such-program'] }] }),
    'no-such-program, which is not found here',
  ],
])('%s is refused before anything is run', (_, given, says) => {
  expect(() => plan(given, 'v2')).toThrow(says)
})

test('a version that Kubernetes names itself takes no name, from a flag or from a command', () => {
  const kubectl = { kind: 'kubectl', deployment: 'llm', selector: 'app=llm', manifests: ['k8s'] }
  const commands: Partial<DeployCommands> = { deploy: [{ argv: ['true'] }], rollback: [{ argv: ['true'] }] }
  const applied = (change: Partial<DeploySettings> = {}, more: Partial<DeployCommands> = {}) =>
    settings({ ...commands, ...more }, { preset: kubectl, ...change })
  expect(() => plan(applied(), 'v2')).toThrow('takes no name for the version')
  expect(() => plan(applied({ release: { argv: ['true'] } }))).toThrow('takes no name for the version')
  expect(() => plan(applied({}, { version: COMMANDS.version }), 'v2')).not.toThrow('takes no name')
})

test('commands that need the name of the version say how to give it', () => {
  expect(() => plan(settings(COMMANDS))).toThrow('give --release NAME, INFERGATE_VERSION')
})

test('the plan lists each step with its commands, as they stand in the configuration', () => {
  const beside = settings({ ...COMMANDS, url: 'http://127.0.0.1:2', promote: [{ argv: ['true', 'a b'] }] })
  const text = describePlan(plan(beside, 'v2'))
  expect(text).toContain('Deploy of staging, version: v2.')
  expect(text).toContain('wait until the new version answers at http://127.0.0.1:2 and generates')
  expect(text).toContain("on PASS: promote\n      true 'a b'")
  expect(text).toContain("sh -c 'deploy {previous}'\n      then verify that the old version answers again")
})
