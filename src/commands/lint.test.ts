import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { EXIT } from '../errors.ts'
import { runLint } from './lint.ts'
import { recordedIo } from './testing/recorded-io.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures')
const fixture = (name: string) => readFileSync(join(FIXTURES, 'lint', name), 'utf8')

function world(files: Readonly<Record<string, string | Uint8Array>>) {
  const io = recordedIo()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(io.cwd, name, '..'), { recursive: true })
    writeFileSync(join(io.cwd, name), text)
  }
  return io
}

test('an app with findings is exit 10, with the line, a mark below it, why and fix; a clean one is exit 0 and says nothing', () => {
  const bad = world({ 'before.py': fixture('before.py') })
  expect(runLint(['before.py'], {}, bad)).toBe(EXIT.fail)
  expect(bad.out()).toContain(
    [
      'before.py:80:16: error class-called-without-remote: AnankeLLM().generate(…) is called without .remote(): load has not run for this object.',
      '   80 |         return AnankeLLM().generate(request)',
      '      |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '        why: ',
    ].join('\n'),
  )
  expect(bad.err()).toMatch(/^infergate lint: \d findings in 1 file\.\n$/)
  const good = world({ 'after.py': fixture('after.py') })
  expect(runLint(['after.py'], {}, good)).toBe(EXIT.pass)
  expect(good.out()).toBe('')
  expect(good.err()).toBe('infergate lint: 0 findings in 1 file.\n')
})

test('of a folder every Python file is read, without environments, tools and links; a file that is named is read whatever it is called', () => {
  const io = world({
    'src/app.py': 'x = 1\n',
    'src/deep/more.py': 'x = 1\n',
    'src/.venv/lib/theirs.py': 'x = (\n',
    'src/words.txt': 'x = (\n',
    noname: 'x = 1\n',
  })
  symlinkSync('..', join(io.cwd, 'src/loop'))
  expect(runLint(['src', 'noname', 'src/app.py'], {}, io)).toBe(EXIT.pass)
  expect(io.err()).toBe('infergate lint: 0 findings in 3 files.\n')
})

test('a file that does not parse is exit 2 with file, line and column, and the others are judged all the same', () => {
  const io = world({
    'broken.py': 'x = 1\nif x\n',
    'latin.py': Buffer.from('x = "é"', 'latin1'),
    'before.py': fixture('before.py'),
  })
  expect(runLint(['broken.py', 'latin.py', 'before.py'], {}, io)).toBe(EXIT.usage)
  expect(io.out()).toMatch(/^broken\.py:2:\d+: does not parse as Python 3: /m)
  expect(io.out()).toContain('latin.py: is not utf-8, the encoding that Python would read it in')
  expect(io.out()).toContain('class-called-without-remote')
  expect(io.err()).toMatch(/\d findings in 3 files, 2 files not judged\.\n$/)
})

test('a notebook, which would parse as one dict of Python, is refused and not called clean', () => {
  const io = world({ 'app.ipynb': '{"cells": [], "nbformat": 4}' })
  expect(runLint(['app.ipynb'], {}, io)).toBe(EXIT.usage)
  expect(io.out()).toContain('app.ipynb: is a notebook, not a Python file: export its code with')
})

test('a path that is not there, a folder without Python and an unknown rule are refused before anything is read', () => {
  const io = world({ 'empty/words.txt': '' })
  expect(() => runLint(['missing.py'], {}, io)).toThrow('There is no missing.py.')
  expect(() => runLint(['empty'], {}, io)).toThrow('The folder empty holds no Python file.')
  expect(() => runLint([], {}, io)).toThrow('Name the Python files to read')
  expect(() => runLint(['empty'], { rule: ['constant-helth'] }, io)).toThrow(
    'There is no rule constant-helth: did you mean "constant-health"?',
  )
})

test('only the rules that are asked speak', () => {
  const rulesAsked = (flags: Parameters<typeof runLint>[1]) => {
    const io = world({ 'before.py': fixture('before.py') })
    runLint(['before.py'], { ...flags, json: true }, io)
    return JSON.parse(io.out()).findings.map(({ rule }: { rule: string }) => rule)
  }
  expect(rulesAsked({ rule: ['gpu-on-forwarder'] })).toEqual(['gpu-on-forwarder'])
  expect(rulesAsked({ ignore: ['gpu-on-forwarder'] })).not.toContain('gpu-on-forwarder')
})

test('--json keeps to its schema, for findings and for files that cannot be read', () => {
  const schema = JSON.parse(readFileSync(join(FIXTURES, 'schemas/lint.schema.json'), 'utf8'))
  const validate = new Ajv2020().compile(schema)
  const io = world({ 'before.py': fixture('before.py'), 'broken.py': 'if x\n' })
  runLint(['before.py', 'broken.py'], { json: true }, io)
  const report = JSON.parse(io.out())
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true)
  expect(report.findings.length).toBeGreaterThan(0)
  expect(report.unreadable).toHaveLength(1)
  expect(validate({ ...report, findings: [{ ...report.findings[0], place: { line: 0 } }] })).toBe(false)
})

test('--sarif has a rule for each result and its region, and a notification for what cannot be read', () => {
  const io = world({ 'my app/before.py': fixture('before.py'), 'broken.py': 'if x\n' })
  runLint(['my app', 'broken.py'], { sarif: 'lint.sarif' }, io)
  const { version, runs } = JSON.parse(readFileSync(join(io.cwd, 'lint.sarif'), 'utf8'))
  const [run] = runs
  expect([version, runs.length, run.columnKind]).toEqual(['2.1.0', 1, 'unicodeCodePoints'])
  expect(run.results.length).toBeGreaterThan(0)
  for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
    expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId)
    expect(['error', 'warning']).toContain(level)
    expect(message.text).not.toBe('')
    const { artifactLocation, region } = locations[0].physicalLocation
    expect(artifactLocation.uri).toBe('my%20app/before.py')
    expect(
      [region.startLine, region.startColumn, region.endLine, region.endColumn].every(Number.isInteger),
    ).toBe(true)
  }
  expect(run.invocations[0].executionSuccessful).toBe(false)
  expect(run.invocations[0].toolExecutionNotifications).toHaveLength(1)
  expect(io.out()).toContain('class-called-without-remote')
})

test('--sarif keeps to the schema of the standard, whatever the files are called', () => {
  const validate = formats
    .default(new Ajv2020({ strict: false }))
    .compile(JSON.parse(readFileSync(join(FIXTURES, 'schemas/sarif/sarif-2.1.0.json'), 'utf8')))
  const files = {
    'a b/100%#é.py': fixture('before.py'),
    'broken.py': 'if x\n',
    'deep.py': `x = ${'('.repeat(9_000)}`,
  }
  const io = world(files)
  runLint(['.', join(io.cwd, 'broken.py')], { sarif: 'lint.sarif' }, io)
  const log = JSON.parse(readFileSync(join(io.cwd, 'lint.sarif'), 'utf8'))
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
  expect(log.runs[0].results.length).toBeGreaterThan(0)
  expect(log.runs[0].invocations[0].toolExecutionNotifications.length).toBeGreaterThan(1)
  expect(validate({ ...log, runs: [{ ...log.runs[0], results: [{ level: 'error' }] }] })).toBe(false)
})

test('what a terminal would obey is made visible, and the mark stands below the right words all the same', () => {
  const steering = '\u001b[2J\u202e'
  const io = world({
    'app.py': `from fastapi import FastAPI\nfrom vllm import LLM\napi = FastAPI()\n@api.post("/g")\ndef g(r: dict):\n\tx = "日${steering}"; return LLM(r)\n`,
  })
  expect(runLint(['app.py'], {}, io)).toBe(EXIT.fail)
  expect(io.out()).not.toContain('\u001b')
  expect(io.out()).not.toContain('\u202e')
  const lines = io.out().split('\n')
  expect(lines[1]).toBe('    6 |  x = "日\\u001b[2J\\u202e"; return LLM(r)')
  // The letter before is two columns wide.
  expect(lines[2]).toBe(`      | ${' '.repeat(' x = "日\\u001b[2J\\u202e"; return '.length + 1)}^^^^^^`)
})

test('--rules lists each rule with why and fix, and reads no file', () => {
  const io = world({})
  expect(runLint([], { rules: true }, io)).toBe(EXIT.pass)
  expect(io.out()).toMatch(/^engine-built-per-request \(error\)\n {2}\S.*\n {2}why: \S.*\n {2}fix: \S/)
})
