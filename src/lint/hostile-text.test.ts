import { expect, test } from 'vitest'
import { decodeSource, lintText } from './index.ts'

const APP = [
  'from fastapi import FastAPI',
  'from vllm import LLM',
  'app = FastAPI()',
  '@app.post("/generate")',
  'def generate(body: dict):',
  '    llm = LLM("m")',
  '    return llm.get_tokenizer().encode(body["prompt"])',
  '',
]

const placesIn = (text: string): unknown => {
  const linted = lintText('app.py', text)
  return 'findings' in linted
    ? linted.findings.map(({ rule, place }) => `${rule} ${place.line}:${place.column}`)
    : linted
}
const FOUND = ['engine-built-per-request 6:11']

test.each([
  ['lines that end in CR LF', APP.join('\r\n')],
  ['lines that end in CR', APP.join('\r')],
  [
    'tabs',
    APP.join('\n').replaceAll('    ', '\t').replace('\tllm', '\t  llm').replace('\treturn', '\t  return'),
  ],
  ['no end of the last line', APP.join('\n').trimEnd()],
  ['a form feed on a line of its own', APP.join('\n').replace('@app', '\f@app')],
  ['a form feed before the indentation', APP.join('\n').replace('    llm', '\f    llm')],
  ['names beyond ASCII before the place', APP.join('\n').replaceAll(/\bllm\b/g, 'é機l')],
])('%s: the place is that of the plain file', (_, text) => {
  expect(placesIn(text)).toEqual(_ === 'tabs' ? ['engine-built-per-request 6:10'] : FOUND)
})

test('a list of exceptions without brackets, as Python 3.14 has it, is read, and a place behind it stays', () => {
  const text = APP.join('\n').replace(
    '    llm = LLM("m")',
    '    try: llm = LLM("m")\n    except ValueError, TypeError: raise\n    except OSError, Exception as e: return {"error": 1}',
  )
  // Python asks for brackets where there is a name.
  expect(placesIn(text)).toMatchObject({ line: 8 })
  expect(placesIn(text.replace(' as e', ''))).toEqual([
    'engine-built-per-request 6:16',
    'exception-as-200 8:32',
  ])
  expect(placesIn('s = "\\nexcept A, B:"\n')).toEqual([])
})

test('a byte order mark is no part of the text', () => {
  expect(placesIn(decodeSource(Buffer.from(`\uFEFF${APP.join('\n')}`)))).toEqual(FOUND)
})

test.each([
  ['an empty file', ''],
  ['blank lines', ' \n\t\n'],
  ['a comment', '# nothing'],
])('%s has no finding', (_, text) => {
  expect(placesIn(text)).toEqual([])
})

test.each([
  ['Python 2', 'print "hello"', 1],
  ['a bracket that is not closed', 'x = (1', 1],
  ['a NUL', 'x = 1\0', 1],
  ['an indentation that fits nothing', 'if 1:\n    a\n  b\n', 3],
])('%s does not parse, and the line is named', (_, text, line) => {
  expect(lintText('app.py', text)).toMatchObject({
    file: 'app.py',
    line,
    reason: expect.stringContaining('does not parse'),
  })
})

test('what is nested too deeply to be read is named, not a crash', () => {
  expect(lintText('app.py', `x = ${'('.repeat(5_000)}1${')'.repeat(5_000)}`)).toMatchObject({
    reason: 'is nested too deeply to be read',
  })
})

test('a megabyte of plain code is judged', () => {
  expect(placesIn(`x = "${'a'.repeat(1_000)}"\n`.repeat(1_000))).toEqual([])
})

test('bytes that are no text are refused with the encoding', () => {
  expect(() => decodeSource(Uint8Array.of(0x78, 0xff, 0xfe))).toThrow('is not utf-8')
})
