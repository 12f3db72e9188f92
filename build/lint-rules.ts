import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withRules } from '../src/lint/rules-page.ts'

/** Writes the rules of `infergate lint` into docs/lint.md. */
const page = join(import.meta.dirname, '../docs/lint.md')
writeFileSync(page, withRules(readFileSync(page, 'utf8')))
