import { expect, test } from 'vitest'
import type { Command } from '../plan.ts'
import { compose } from './compose.ts'

const target = { name: 'ananke', url: 'http://127.0.0.1:8000' }
const given = { kind: 'compose', project: 'llm', service: 'ananke', variable: 'ANANKE_RELEASE' }
const lines = (commands: readonly Command[] = []) => commands.map(({ argv }) => argv.join(' '))

test('deploy and way back are one command with another release in the variable of the Compose file', () => {
  const { deploy, rollback, url } = compose(given, target)
  expect(lines(deploy)).toEqual([
    'env ANANKE_RELEASE={version} docker compose --project-name llm up --detach --no-deps ananke',
  ])
  expect(lines(rollback)).toEqual([
    'env ANANKE_RELEASE={previous} docker compose --project-name llm up --detach --no-deps ananke',
  ])
  expect(url).toBeUndefined()
})

test('files and the pull policy stand where Compose reads them', () => {
  const [line] = lines(compose({ ...given, files: ['a.yml', 'b.yml'], pull: 'always' }, target).deploy)
  expect(line).toContain(
    '--project-name llm --file a.yml --file b.yml up --detach --no-deps --pull always ananke',
  )
})

test('the version is what the container that runs was labelled with', () => {
  expect(JSON.stringify(compose(given, target).version)).toContain(
    '"label=com.docker.compose.project=llm","--filter","label=com.docker.compose.service=ananke"',
  )
})

test('a name that Compose would not take is refused before anything is run', () => {
  expect(() => compose({ ...given, project: 'My App' }, target)).toThrow(
    /preset\.project: a project of Compose/,
  )
  expect(() => compose({ ...given, service: '--all' }, target)).toThrow(/take it for a flag/)
  expect(() => compose({ ...given, variable: 'A B' }, target)).toThrow(/preset\.variable/)
})
