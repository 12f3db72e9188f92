import { expect, test } from 'vitest'
import type { Command } from '../plan.ts'
import { docker } from './docker.ts'

const target = { name: 'ananke', url: 'http://127.0.0.1:8000' }
const given = { kind: 'docker', image: 'registry.example/ananke:{version}' }
const lines = (commands: readonly Command[] = []) => commands.map(({ argv }) => argv.join(' '))
const complaintOf = (options: object, of: { name: string; url?: string } = target): string => {
  try {
    docker({ ...given, ...options }, of)
  } catch (error) {
    return String(error)
  }
  return ''
}
const CREATE =
  'docker create --pull missing --name ananke-{version} --label infergate.service=ananke --label infergate.release={version}'

test('without a second address the new container is made before the old one stops, and then takes its port', () => {
  const { deploy, url, promote, needsNewName } = docker(given, target)
  expect(lines(deploy)).toEqual([
    'docker container prune --force --filter label=infergate.service=ananke --filter label!=infergate.release={previous}',
    `${CREATE} --publish 127.0.0.1:8000:8000 registry.example/ananke:{version}`,
    'docker stop -t 10 ananke-{previous}',
    'docker start ananke-{version}',
  ])
  expect({ url, promote, needsNewName }).toEqual({ url: undefined, promote: undefined, needsNewName: true })
})

test('with a second address the new container runs there, and a promotion moves its network', () => {
  const { deploy, url, promote } = docker({ ...given, beside: '127.0.0.2' }, target)
  expect(lines(deploy).slice(1)).toEqual([
    `${CREATE} --network ananke-beside --publish 8000:8000 registry.example/ananke:{version}`,
    'docker start ananke-{version}',
  ])
  expect(url).toBe('http://127.0.0.2:8000')
  expect(lines(promote)).toEqual([
    'docker stop -t 10 ananke-{previous}',
    'docker network disconnect ananke-beside ananke-{version}',
    'docker network connect ananke-live ananke-{version}',
  ])
})

test('the way back is the same from every step: the new container goes, the old one is started', () => {
  for (const options of [given, { ...given, beside: '127.0.0.2' }])
    expect(lines(docker(options, target).rollback)).toEqual([
      'docker rm --force --volumes ananke-{version}',
      'docker start ananke-{previous}',
    ])
})

test('the version is asked from the label of the container that runs where the traffic is, or beside it', () => {
  const asked = (probe?: unknown) => JSON.stringify(probe)
  const alone = docker(given, target)
  expect(alone.version).toEqual({
    kind: 'command',
    command: {
      argv: [
        ...['docker', 'ps', '--filter', 'label=infergate.service=ananke', '--filter', 'status=running'],
        ...['--format', '{{.Label "infergate.release"}}'],
      ],
    },
  })
  expect(alone.versionBeside).toBeUndefined()
  const both = docker({ ...given, beside: '127.0.0.2' }, target)
  expect(asked(both.version)).toContain('network=ananke-live')
  expect(asked(both.versionBeside)).toContain('network=ananke-beside')
})

test("Docker's own flags, the words of the service and every setting reach the command as they are", () => {
  const options = {
    ...{ options: ['--gpus', 'all', '--env', 'HF_TOKEN'], command: ['--variant', '{version}'] },
    ...{ image: 'ananke:1', name: 'llm', containerPort: 9000, publish: '10.0.0.7:80', pull: 'never' },
  }
  const [, create = '', stop] = lines(docker({ ...given, ...options, stopSeconds: 60 }, target).deploy)
  expect(create).toContain('--pull never --name llm-{version}')
  expect(create).toMatch(
    /--publish 10\.0\.0\.7:80:9000 --gpus all --env HF_TOKEN ananke:1 --variant \{version\}$/,
  )
  expect(stop).toBe('docker stop -t 60 llm-{previous}')
})

test('what could not work is said before anything is run', () => {
  expect(complaintOf({ image: 'ananke:latest' })).toMatch(/nothing differs .* write \{version\} in `image`/)
  expect(complaintOf({ options: ['--rm'] })).toMatch(/--rm is the preset's own: the old container is kept/)
  expect(complaintOf({ options: ['-p8000:8000'] })).toMatch(/-p is the preset's own: give `publish`/)
  expect(complaintOf({ options: ['--name=x'] })).toMatch(/preset\.options: --name is the preset's own/)
  expect(complaintOf({ options: ['--network', 'x'] })).toBe('')
  expect(complaintOf({ options: ['--network', 'x'], beside: '127.0.0.2' })).toMatch(/leave --network out/)
  expect(complaintOf({ command: ['--api-key', 'sk-0123456789abcdef'] })).toMatch(
    /--api-key is followed by a secret/,
  )
  expect(complaintOf({ image: '--privileged{version}' })).toMatch(/take it for a flag/)
  expect(complaintOf({ imgae: 'x' })).toMatch(/unknown key "imgae": did you mean "?image/)
})

test('a service that is no address of this machine needs to be told where it is published', () => {
  for (const url of [undefined, 'https://llm.example', 'http://{plain:HOST}:8000', 'http://[::1]:8000'])
    expect(complaintOf({}, { name: 'ananke', ...(url !== undefined && { url }) })).toMatch(
      /preset\.publish, such as/,
    )
  expect(complaintOf({ publish: 'nowhere' })).toMatch(/"nowhere" names no IPv4 address/)
  expect(complaintOf({}, { name: 'ananke', url: 'http://localhost:8000' })).toBe('')
})
