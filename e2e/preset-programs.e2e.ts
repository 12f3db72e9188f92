import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modal as modalPreset } from '../src/deploy/presets/modal.ts'
import { ended, root } from '../testing/run-cli.ts'
import { type Behaviour, startTools } from '../testing/stand-ins/platform.ts'

/** The programs that the presets run, with the STAND-INS of modal and kubectl, which refuse a flag that the real ones do not have. */

async function platform(behaviour: Behaviour = {}) {
  let live = 'old'
  const replace = async (release: string) => {
    live = release
    return true
  }
  const tools = await startTools({ behaviour, replace, live: () => live }, 'old')
  const run = (program: string, ...args: readonly string[]) => {
    const env = { ...process.env, ...tools.env }
    const words = [join(root, 'src', 'deploy', 'presets', program), ...args]
    return ended(spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] }))
  }
  const type = (line: string) => {
    const [tool = '', ...argv] = line.split(' ')
    return tools.answer({ tool, argv, files: [], release: 'new' })
  }
  return { ...tools, run, type, live: () => live, [Symbol.asyncDispose]: () => tools[Symbol.asyncDispose]() }
}

test.concurrent("Modal's newest release is told by its tag, and a rollback goes to the number that has the earlier tag", async () => {
  await using modal = await platform()
  const newest = () => modal.run('modal-history.ts', 'newest', '--name', 'llm')
  expect(await newest()).toMatchObject({ code: 0, stdout: 'old\n' })
  await modal.type('modal deploy --name llm --tag new app.py')
  expect(await newest()).toMatchObject({ stdout: 'new\n' })
  const back = await modal.run('modal-history.ts', 'back', '--name', 'llm', '--from', 'new', '--to', 'old')
  expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('rollback successful') })
  expect(modal.typed.at(-1)).toBe('modal app rollback llm v12')
  expect([modal.live(), (await newest()).stdout]).toEqual(['old', 'v14\n'])
})

test.concurrent('a rollback that Modal refuses ends with its words and exit 1', async () => {
  await using modal = await platform({ refusesBack: true })
  await modal.type('modal deploy --name llm --tag new app.py')
  const back = await modal.run('modal-history.ts', 'back', '--name', 'llm', '--from', 'new', '--to', 'old')
  expect(back).toMatchObject({ code: 1, stderr: expect.stringContaining('not available on your plan') })
  const unknown = await modal.run('modal-history.ts', 'newest', '--name', 'other')
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("No App with name 'other'") })
})

test.concurrent('Kubernetes goes back by the hash, whose revision is another each time', async () => {
  await using cluster = await platform()
  const ready = async () =>
    (await cluster.run('kubectl-pods.ts', 'ready', '--selector', 'app=llm')).stdout.trim()
  const before = await ready()
  await cluster.type('kubectl set image deployment/llm llm=registry.example/llm:new')
  expect(await ready()).not.toBe(before)
  const undo = ['undo', '--selector', 'app=llm', '--deployment', 'llm', '--to', before]
  for (const revision of [1, 3]) {
    expect(await cluster.run('kubectl-pods.ts', ...undo)).toMatchObject({ code: 0 })
    expect(cluster.typed.at(-1)).toBe(`kubectl rollout undo deployment/llm --to-revision=${revision}`)
    expect([cluster.live(), await ready()]).toEqual(['old', before])
  }
  const lost = await cluster.run('kubectl-pods.ts', ...undo.slice(0, -1), 'abcdef')
  expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining('revisionHistoryLimit') })
})

test.concurrent('where Modal has no rollback, the earlier commit is deployed again, and what is not committed is left alone', async () => {
  await using platformOfModal = await platform()
  const repository = mkdtempSync(join(tmpdir(), 'infergate-redeploy-'))
  const cwd = join(repository, 'service')
  mkdirSync(cwd)
  const git = (...words: readonly string[]) => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org']
    return execFileSync('git', [...who, ...words], { cwd, encoding: 'utf8' }).trim()
  }
  git('init', '--quiet')
  const write = (text: string) => writeFileSync(join(cwd, 'app.py'), text)
  const commit = (text: string) => {
    write(text)
    git('add', '.')
    git('commit', '--quiet', '--message', text)
    return git('rev-parse', '--short=12', 'HEAD')
  }
  const [old] = [commit('old'), commit('new')]
  write('not committed')
  const given = { kind: 'modal', app: 'app.py', name: 'llm', back: 'redeploy' }
  const [program = '', ...words] = modalPreset(given, { name: 'production' }).rollback[0]?.argv ?? []
  const filled = words.map((word) => word.replaceAll('{previous}', old))
  const env = { ...process.env, ...platformOfModal.env }
  const ran = await ended(spawn(program, filled, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
  expect(ran.code, ran.stderr).toBe(0)
  expect(platformOfModal.typed).toEqual([`modal deploy --name llm --tag ${old} --strategy recreate app.py`])
  expect([platformOfModal.files, platformOfModal.live()]).toEqual([[['old']], old])
  expect([git('status', '--short'), git('worktree', 'list').split('\n').length]).toEqual(['M app.py', 1])
})

test('a stand-in knows no flag that the real one does not have', async () => {
  await using tools = await platform()
  for (const line of ['modal app history llm --yaml', 'kubectl rollout undo deployment/llm --to 1'])
    expect(await tools.type(line)).toMatchObject({ code: 1, stderr: expect.stringContaining('unknown flag') })
})
