import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FAULTS } from '../src/simulator/index.ts'
import { HEALTHY } from '../testing/healthy.ts'
import { runCli, startCli } from '../testing/run-cli.ts'

/** The proof in short, as a part of `npm test`: a fault of each family, and a healthy simulator of each dialect. */

const FAMILIES = [...Map.groupBy(FAULTS, ({ family }) => family).values()]
/** These take a minute: they hang. */
const HANGS = (caughtBy: object): boolean => '*' in caughtBy
const CHOSEN = FAMILIES.flatMap((faults) => faults.find(({ caughtBy }) => !HANGS(caughtBy)) ?? [])

test(`a fault of each family is caught with its cause, and ${HEALTHY} is not blamed`, async () => {
  expect(CHOSEN.length).toBe(FAMILIES.length)
  const chosen = CHOSEN.flatMap(({ id }) => ['--fault', id])
  const run = await runCli([
    'prove',
    '--quick',
    '--seeds',
    '1',
    '--json',
    'proof.json',
    '--html',
    'proof.html',
    ...chosen,
  ])
  expect(run.code, run.stderr).toBe(0)
  const proof = JSON.parse(readFileSync(join(run.cwd, 'proof.json'), 'utf8'))
  expect(proof).toMatchObject({ proven: true, state: 'complete', notJudged: [] })
  expect(proof.faults.length).toBe(CHOSEN.flatMap(({ dialects }) => dialects).length)
  const page = readFileSync(join(run.cwd, 'proof.html'), 'utf8')
  expect(page).toContain('<h1>PROVEN: the verdict of infergate can be believed</h1>')
  for (const id of CHOSEN.map((fault) => fault.id)) expect(page).toContain(`data-fault="${id}"`)
  expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(/^PROVEN: .*\(exit 0, \d+ s\)\.$/)
})

test('a model of another name changes no word: nothing that judges knows the simulator', async () => {
  const { judgeSubject } = await import('../src/proof/judge.ts')
  const only = '^(?:generation\\.|streaming\\.)'
  const words = async (model: string) => {
    const subject = { dialect: 'openai', seed: 1, fault: 'stop-ignored', only, model } as const
    const judged = await judgeSubject(subject, new AbortController().signal)
    return [judged.verdict, judged.words.map(({ id, outcome }) => [id, outcome])]
  }
  expect(await words('acme/renamed-7b')).toEqual(await words('infergate-simulated'))
})

test('an interrupt ends the proof with what was seen, which says that it is not whole', async () => {
  const files = ['--json', 'proof.json', '--html', 'proof.html']
  const child = startCli(['prove', '--seeds', '2', '--fault', 'usage-zero', ...files])
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') child.kill('SIGINT')
    said += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code, said).toBe(130)
  expect(said).toMatch(/INTERRUPTED after \d+ s, \d+ simulators not judged/)
  const proof = JSON.parse(readFileSync(join(child.cwd, 'proof.json'), 'utf8'))
  expect(proof).toMatchObject({ proven: false, state: 'interrupted' })
  expect(readFileSync(join(child.cwd, 'proof.html'), 'utf8')).toMatch(
    /NOT PROVEN[\s\S]*The proof was interrupted/,
  )
})

test('a fault that does not exist is a mistake of the user, with the nearest one', async () => {
  const run = await runCli(['prove', '--fault', 'usage-zeor'])
  expect([run.code, run.stderr]).toEqual([
    2,
    'infergate: Unknown fault "usage-zeor": did you mean "usage-zero"?\n',
  ])
})
