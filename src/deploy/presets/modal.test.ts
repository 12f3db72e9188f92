import { expect, test } from 'vitest'
import { recordedOptions } from '../../../testing/stand-ins/typed.ts'
import { modal } from './modal.ts'

const target = { name: 'production', url: 'https://you--llm-serve.modal.run' }
const marker = { url: '/release', pointer: '/release' }
const told = { kind: 'modal', app: 'app.py', name: 'llm', marker }

const wordsOf = (options: object) => {
  const { deploy, rollback, logs } = modal(options, target)
  return { deploy, rollback, logs }
}

test('a release is deployed under its name as tag, and the App itself is asked which one answers', () => {
  const { deploy, version, logs, promote, url } = modal(told, target)
  expect(deploy).toEqual([{ argv: ['modal', 'deploy', '--name', 'llm', '--tag', '{version}', 'app.py'] }])
  expect(version).toEqual({ kind: 'http', url: '/release', version: { pointer: '/release' } })
  expect(logs).toEqual({ argv: ['modal', 'app', 'logs', 'llm', '--tail', '100'] })
  expect([promote, url]).toEqual([undefined, undefined])
})

test('without a marker the old containers are stopped, since only the history is asked then', () => {
  const { deploy, version, rollback } = modal({ kind: 'modal', app: 'app.py', name: 'llm' }, target)
  expect(deploy[0]?.argv).toEqual(expect.arrayContaining(['--strategy', 'recreate']))
  expect(rollback[0]?.argv).toEqual(expect.arrayContaining(['--strategy', 'recreate']))
  expect(version).toMatchObject({
    kind: 'command',
    command: { argv: expect.arrayContaining(['newest', 'llm']) },
  })
})

test('an environment of Modal and a module reach each command', () => {
  const { deploy, rollback, logs } = wordsOf({ ...told, app: 'service.app', module: true, env: 'staging' })
  expect(deploy[0]?.argv).toEqual(
    'modal deploy --name llm --env staging --tag {version} -m service.app'.split(' '),
  )
  for (const command of [rollback[0], logs]) expect(command?.argv.join(' ')).toContain('llm --env staging')
})

test('the way back names the release to go back to: never whatever was before the newest', () => {
  const { argv } = wordsOf(told).rollback[0] ?? { argv: [] }
  expect(argv.slice(2)).toEqual(['back', '--name', 'llm', '--from', '{version}', '--to', '{previous}'])
})

test('where the plan has no rollback, the earlier commit is deployed again from a folder of its own', () => {
  const { argv } = wordsOf({ ...told, back: 'redeploy' }).rollback[0] ?? { argv: [] }
  expect(argv.slice(0, 2)).toEqual(['sh', '-c'])
  expect(argv.slice(4)).toEqual('{previous} modal deploy --name llm --tag {previous} app.py'.split(' '))
})

const all = [
  told,
  { kind: 'modal', app: 'a.b', name: 'llm', module: true, env: 'e' },
  { ...told, back: 'redeploy' },
]

test.each(all)('the real command line has each flag of %o', (options) => {
  const { options: known } = recordedOptions('modal')
  const { deploy, rollback, logs } = modal(options, target)
  const lines = [...deploy, ...rollback, ...(logs ? [logs] : [])].map(({ argv }) => argv)
  const typed = lines
    .filter((argv) => argv.includes('modal'))
    .map((argv) => argv.slice(argv.indexOf('modal') + 1))
  expect(typed.length).toBeGreaterThan(1)
  for (const words of typed) {
    const command = words[0] === 'app' ? words.slice(0, 2).join(' ') : (words[0] ?? '')
    expect(known[command]).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('-'))))
  }
})

test.each([
  [{ ...told, app: '--help' }, 'preset.app: it begins with "-"'],
  [{ ...told, name: 'a b' }, 'preset.name: the name of an App has at most 64'],
  [{ ...told, nmae: 'x' }, 'unknown key "nmae": did you mean "name"?'],
  [{ ...told, marker: { url: '/release' } }, 'preset.marker: say where the service tells its version'],
  [{ ...told, marker: { url: 'release', pointer: '/x' } }, 'preset.marker.url: a path that begins with /'],
  [{ kind: 'modal', name: 'llm' }, 'preset.app'],
])('%o is refused before anything is run', (options, why) => {
  expect(() => modal(options, target)).toThrow(why)
})
