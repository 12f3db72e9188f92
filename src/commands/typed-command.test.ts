import { expect, test } from 'vitest'
import { typedCommand } from './typed-command.ts'

test('what was typed is kept with the settings of the environment, without secrets and without where results go', () => {
  const env = {
    INFERGATE_COLD_STARTS: '5',
    INFERGATE_API_KEY: 'sk-never-shown',
    INFERGATE_REPORTS_DIR: '/elsewhere',
    HOME: '/root',
  }
  expect(typedCommand({ typed: ['gate', '--url', 'https://me:sk-secret-1@api.example/v1'], env })).toEqual([
    ...['INFERGATE_COLD_STARTS=5', 'infergate', 'gate', '--url'],
    'https://[not shown]:[not shown]@api.example/v1',
  ])
  expect(typedCommand({ env })).toBeUndefined()
})
