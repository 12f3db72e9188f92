import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withRules } from './rules-page.ts'

test('docs/lint.md has every rule as it is (npm run lint-rules writes them)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/lint.md'), 'utf8')
  expect(withRules(page)).toBe(page)
})
