import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { reasonToSkip } from '../testing/container-engine.ts'
import {
  ANANKE,
  ANANKE_OPTIONS,
  clearService,
  containersOf,
  deployProject,
  docker,
  makeAnankeImage,
  makeNetworks,
  makeSimulatorImage,
  type Project,
  presetCommands,
  removeImages,
  runFilled,
  SIMULATOR,
  SIMULATOR_MOUNTS,
  startLive,
  untilHealthy,
} from '../testing/docker-deploy.ts'
import { ended, runCli, startCli } from '../testing/run-cli.ts'

const reason = await reasonToSkip()
const vllmReason = await reasonToSkip('infergate-vllm-cpu:0.32.0')
const NAME = 'infergate-deployed'
const good = { image: `${SIMULATOR}:{version}`, options: SIMULATOR_MOUNTS, name: NAME }

const deploy = ({ cwd }: Project, ...words: readonly string[]) => runCli(['deploy', ...words], { cwd })

/** Deploys, and is killed outright as soon as this is said. */
async function killedAt({ cwd }: Project, release: string, moment: string): Promise<void> {
  const child = startCli(['deploy', '--release', release], { cwd })
  let said = ''
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString()
    if (said.includes(moment)) child.kill('SIGKILL')
  })
  await ended(child)
  expect(said).toContain(moment)
}

describe.skipIf(reason)(`a deploy with Docker${reason === undefined ? '' : `: left out, ${reason}`}`, () => {
  beforeAll(async () => {
    clearService(NAME)
    for (const tag of ['good', 'better']) await makeSimulatorImage(tag)
    await makeSimulatorImage('bad', '--fault', 'health-green-generate-error')
  })
  afterEach(() => clearService(NAME))
  afterAll(() => removeImages(SIMULATOR))

  test('in place: a release that does not generate goes, and the container of the old one is started again', async () => {
    const project = await deployProject(NAME, good)
    const old = await startLive(NAME, 'good', project, good)
    const run = await deploy(project, '--release', 'bad')
    expect(run.code, run.stderr).toBe(40)
    expect(run.stderr).toMatch(/ROLLED BACK: .*does not generate: .*Version good is live again and verified/)
    expect(containersOf(NAME)).toEqual([`${NAME}-good running`])
    expect(docker('inspect', '--format', '{{.Id}}', `${NAME}-good`)).toBe(old)
  })

  test('in place: a release whose old container is gone ends as the loudest failure, which says what answers', async () => {
    const project = await deployProject(NAME, good, {
      deploy: {
        rollback: [
          ['docker', 'rm', '--force', `${NAME}-{version}`],
          ['docker', 'start', `${NAME}-gone`],
        ],
      },
    })
    await startLive(NAME, 'good', project, good)
    const run = await deploy(project, '--release', 'bad')
    expect(run.code, run.stderr).toBe(41)
    expect(run.stderr).toMatch(/THE ROLL-BACK FAILED: .*No such container: infergate-deployed-gone/)
    expect(run.stderr).toContain(`Live now: ${project.url} says no version`)
  })

  test('a release that is live already is refused, and its container is not touched', async () => {
    makeNetworks(NAME)
    const preset = { ...good, beside: '127.0.0.2' }
    const project = await deployProject(NAME, preset)
    const old = await startLive(NAME, 'good', project, preset)
    const run = await deploy(project, '--release', 'good')
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/good.*Nothing was run/)])
    expect(docker('inspect', '--format', '{{.Id}} {{.State.Running}}', `${NAME}-good`)).toBe(`${old} true`)
  })

  /** A deploy that is killed after so many of its commands, and what is live then. */
  const PARTS = [
    ['in place', {}, 3, 'none'],
    ['beside', { beside: '127.0.0.2' }, 4, 'none'],
    ['beside', { beside: '127.0.0.2' }, 6, 'better'],
  ] as const

  test.each(PARTS)(
    '%s, the way back works after %j and %i commands, and a second time',
    async (_, more, count, live) => {
      if ('beside' in more) makeNetworks(NAME)
      const preset = { ...good, ...more }
      const project = await deployProject(NAME, preset)
      const old = await startLive(NAME, 'good', project, preset)
      const commands = presetCommands(project, preset)
      const started = () => docker('inspect', '--format', '{{.State.StartedAt}}', `${NAME}-better`)
      for (const command of [...commands.deploy, ...(commands.promote ?? [])].slice(0, count))
        runFilled(command)
      const begunAt = started()
      if (commands.version.kind !== 'command') throw new Error('the preset asks Docker')
      expect(runFilled(commands.version.command) || 'none').toBe(live)
      if (live !== 'none') await untilHealthy(project.url)
      // What was judged beside the old one is what serves: no second start, no second load of a model.
      expect(started()).toBe(begunAt)
      for (let round = 0; round < 2; round++) for (const command of commands.rollback) runFilled(command)
      await untilHealthy(project.url)
      expect(containersOf(NAME)).toEqual([`${NAME}-good running`])
      expect(docker('inspect', '--format', '{{.Id}}', `${NAME}-good`)).toBe(old)
    },
  )

  const MOMENTS = [
    ['between two commands, when nothing is live', `| ${NAME}-good`, 'bad'],
    ['while the new one is judged in place', 'judging the new version', 'better'],
    ['while it goes back', '$ docker rm', 'bad'],
  ] as const

  test.each(MOMENTS)(
    'killed outright %s, the next command says what is live, and one goes back',
    async (_, moment, release) => {
      const project = await deployProject(NAME, good)
      await startLive(NAME, 'good', project, good)
      await killedAt(project, release, moment)
      const next = await deploy(project, '--release', 'better')
      expect([next.code, next.stderr]).toEqual([
        30,
        expect.stringMatching(/died in the step .* Live now: it .*--rollback/),
      ])
      const back = await deploy(project, '--rollback')
      expect(back.code, back.stderr).toBe(0)
      expect(containersOf(NAME)).toEqual([`${NAME}-good running`])
    },
  )

  test('killed outright while it judges beside the old one, which is live: the next deploy ends what was left', async () => {
    makeNetworks(NAME)
    const preset = { ...good, beside: '127.0.0.2' }
    const project = await deployProject(NAME, preset)
    await startLive(NAME, 'good', project, preset)
    await killedAt(project, 'better', 'judging the new version')
    expect(containersOf(NAME)).toEqual([`${NAME}-better running`, `${NAME}-good running`])
    const status = await deploy(project, '--status')
    expect(status.stdout).toContain(`Live now: ${project.url} answers with version good`)
    const next = await deploy(project, '--release', 'bad')
    expect(next.code, next.stderr).toBe(40)
    expect(next.stderr).toContain('its deploy died beside the live one')
    expect(containersOf(NAME)).toEqual([`${NAME}-good running`])
  })
})

describe.skipIf(vllmReason)(
  `a deploy of ananke${vllmReason === undefined ? '' : `: left out, ${vllmReason}`}`,
  () => {
    beforeAll(() => {
      clearService(NAME)
      makeAnankeImage('repaired', 'after')
      makeAnankeImage('broken', 'before')
      makeAnankeImage('repaired-again', 'after')
    })
    afterAll(() => {
      clearService(NAME)
      removeImages(ANANKE)
    })

    test('the release whose health is green and whose model was never loaded is rolled back; the repaired one is promoted', async () => {
      const preset = { image: `${ANANKE}:{version}`, options: ANANKE_OPTIONS, name: NAME }
      const project = await deployProject(NAME, preset, { dialect: 'ananke' })
      const old = await startLive(NAME, 'repaired', project, preset)
      const broken = await deploy(project, '--release', 'broken')
      expect(broken.code, broken.stderr).toBe(40)
      expect(broken.stderr).toContain("'AnankeLLM' object has no attribute 'llm'")
      expect(broken.stderr).toMatch(/Version repaired is live again and verified: .* and generates/)
      expect(broken.tookMs).toBeLessThan(180_000)
      expect(docker('inspect', '--format', '{{.Id}} {{.State.Running}}', `${NAME}-repaired`)).toBe(
        `${old} true`,
      )
      const repaired = await deploy(project, '--release', 'repaired-again')
      expect(repaired.code, repaired.stderr).toBe(0)
      expect(repaired.stderr).toContain(`PASS: version repaired-again is live at ${project.url}`)
      expect(containersOf(NAME)).toEqual([`${NAME}-repaired exited`, `${NAME}-repaired-again running`])
    })
  },
)
