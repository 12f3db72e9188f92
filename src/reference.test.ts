import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CAPABILITIES } from './capabilities.ts'
import { CASE_LINE } from './checks/index.ts'
import { deploySchema } from './config/deploy-schema.ts'
import { loadConfig } from './config/index.ts'
import { ENVIRONMENT_NAMES } from './config/layers.ts'
import { configSchema } from './config/schema.ts'
import { targetSchema } from './config/target-schema.ts'
import { ALONE_REASONS, PROMISE_OPTIONS } from './promises/index.ts'
import { REPORTER_NAMES, REPORTERS } from './reporters/write-reports.ts'
import { LIMIT_NAMES, LOAD_METRICS, measure } from './verdict/index.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/reference.md'), 'utf8')

type Row = { readonly name: string; readonly cells: readonly string[] }

/** The rows of the table whose first column is headed so. */
function table(heading: string): readonly Row[] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`))
  expect(start, `the page has a table of each ${heading}`).toBeGreaterThan(0)
  const rows = lines.slice(start + 2, lines.indexOf('', start))
  return rows.map((row) => {
    const [first = '', ...cells] = row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim())
    return { name: first.replaceAll('`', ''), cells }
  })
}

const names = (heading: string) => table(heading).map(({ name }) => name)
const sameWords = (found: readonly string[], known: readonly string[]) =>
  expect(found.toSorted()).toEqual(known.toSorted())

/** The keys of a schema; of an object of settings inside it, `policy.key`. An object inside that is one setting. */
const keysOf = (schema: z.ZodObject, isInner = false): readonly string[] =>
  Object.entries(schema.shape).flatMap(([key, part]) => {
    const inner = part instanceof z.ZodOptional ? part.unwrap() : part
    return inner instanceof z.ZodObject && !isInner
      ? keysOf(inner, true).map((name) => `${key}.${name}`)
      : [key]
  })

test('every setting stands in the reference, and nothing else does', () => {
  sameWords(names('setting'), keysOf(configSchema))
})

test('every key of every kind of target stands in the reference, with its kinds', () => {
  const kinds = new Map<string, string[]>()
  for (const option of targetSchema.options) {
    const { shape } = option as unknown as z.ZodObject
    const [kind = ''] = (shape['kind'] as z.ZodLiteral).values as Iterable<string>
    for (const key of Object.keys(shape)) kinds.set(key, [...(kinds.get(key) ?? []), kind])
  }
  sameWords(names('key'), [...kinds.keys()])
  for (const { name, cells } of table('key'))
    expect(cells[0]?.split(', '), name).toEqual(
      kinds.get(name)?.length === 4 ? ['all'] : expect.arrayContaining(kinds.get(name) ?? []),
    )
})

test('every key of a deploy stands in the reference', () => {
  sameWords(names('deploy'), Object.keys(deploySchema.shape))
})

test('every variable that is read stands in the reference, and no other', () => {
  const named = [...page.matchAll(/INFERGATE_[A-Z0-9_]+/g)].map(([name]) => name)
  sameWords([...new Set(named)], ENVIRONMENT_NAMES)
})

test('every default in the reference is the one that a run without any setting has', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'infergate-reference-'))
  const { values } = await loadConfig({ cwd, env: {}, flags: {} })
  for (const { name, cells } of table('setting')) {
    const value = name.split('.').reduce<unknown>((part, key) => Object(part)[key], values)
    // A path stands as it would be typed in that folder, a word as it is.
    const words = typeof value === 'string' && isAbsolute(value) ? relative(cwd, value) : value
    const shown = typeof words === 'string' ? words : JSON.stringify(words)
    expect(cells[1], name).toBe(value === undefined ? '–' : `\`${shown}\``)
  }
})

test('every capability, promise option, reason to run alone and key of a case stands in the reference', () => {
  sameWords(names('capability'), CAPABILITIES)
  sameWords(names('option'), PROMISE_OPTIONS)
  sameWords(names('alone'), ALONE_REASONS)
  sameWords(names('case'), Object.keys(CASE_LINE.shape))
})

test('every reporter stands in the reference, with its file', () => {
  sameWords(names('reporter'), REPORTER_NAMES)
  for (const { name, cells } of table('reporter'))
    expect(cells[0], name).toBe(`\`${REPORTERS.find((one) => one.name === name)?.file}\``)
})

test('every measurement stands in the reference, with its warmths and the bound of its limit', () => {
  const baseOf = (name: string) => name.replace(/P(?:50|90|99)$/, '')
  const { measurements, unmeasured } = measure([])
  const steady = [...LOAD_METRICS.keys()].map(baseOf)
  const others = [...measurements, ...unmeasured].map(({ name }) => baseOf(name))
  sameWords(names('measurement'), [...new Set([...others, ...steady])])
  for (const { name, cells } of table('measurement')) {
    expect(cells[0]?.includes('steady'), name).toBe(steady.includes(name))
    const bounds = Object.entries(LIMIT_NAMES).filter(([full]) => baseOf(full).endsWith(`.${name}`))
    const words = new Set(bounds.map(([, bound]) => (bound === 'max' ? 'most' : 'least')))
    expect([...words].join() || '–', name).toBe(cells[1])
  }
})
