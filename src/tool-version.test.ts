import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { toolVersion } from './tool-version.ts'

test('the version is the one of the package', () => {
  expect(toolVersion()).toBe(manifest.version)
})
