import { expect, test } from 'vitest'
import { fillCommand, fillKnown, valuesAsVariables } from './fill.ts'

const values = { version: 'v2', previous: 'v1', url: 'http://127.0.0.1:1' }

test('every placeholder of a command is filled in, and stands in its environment', () => {
  const command = {
    argv: ['run', '{version}', '--was={previous}', '{url}', '{env:TOKEN}', '{plain:PLACE}'],
  } as const
  const env = { TOKEN: 'a-long-secret', PLACE: 'eu' }
  expect(fillCommand(command, values, env)).toEqual([
    ...['run', 'v2', '--was=v1', 'http://127.0.0.1:1', 'a-long-secret', 'eu'],
  ])
  expect(valuesAsVariables({ ...values, previous: undefined })).toEqual({
    INFERGATE_VERSION: 'v2',
    INFERGATE_PREVIOUS_VERSION: '',
    INFERGATE_URL: 'http://127.0.0.1:1',
  })
})

test.each(['$(reboot)', 'v1; reboot', '--force', 'v1\nv2', 'without "build v2"', '{env:TOKEN}', ''])(
  'a version that a service made up becomes no word of a command: %s',
  (previous) => {
    expect(() => fillCommand({ argv: ['sh', '-c', 'back {previous}'] }, { ...values, previous }, {})).toThrow(
      /needs \{previous\}.*cannot stand in a command/,
    )
  },
)

test('a command that needs what is not there says how to give it', () => {
  const lacks = { version: undefined, previous: undefined, url: '' }
  expect(() => fillCommand({ argv: ['run', '{version}'] }, lacks, {})).toThrow('--release NAME')
  expect(() => fillCommand({ argv: ['run', '{previous}'] }, lacks, {})).toThrow('no version is live')
})

test('what a person reads has the versions that are known, and placeholders for secrets and for what is not known', () => {
  const told = fillKnown({ version: 'v2', previous: undefined })
  expect(told('docker rm llm-{version}; docker start llm-{previous} {env:TOKEN} {url}')).toBe(
    'docker rm llm-v2; docker start llm-{previous} {env:TOKEN} {url}',
  )
  expect(fillKnown({ version: 'v2', previous: '$(reboot)' })('{previous}')).toBe('{previous}')
})
