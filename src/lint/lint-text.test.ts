import { expect, test } from 'vitest'
import type { LintFinding } from '../records/index.ts'
import { lintText } from './lint-text.ts'

function findingsOf(text: string): readonly LintFinding[] {
  const linted = lintText('app.py', text)
  if (!('findings' in linted)) throw new Error(linted.reason)
  return linted.findings
}

const said = (text: string) => findingsOf(text).map(({ rule, message }) => `${rule}: ${message}`)

/** A file with one finding, at the line that `made` stands for. */
const app = (made: string, before = '') => `from fastapi import FastAPI
from vllm import LLM
api = FastAPI()

@api.post("/generate")
def generate(request: dict):
${before}    llm = LLM("m")${made}
    return llm.get_tokenizer().encode(request["prompt"])
`

test('a comment with a reason accepts the finding of its line, and one alone on the line before', () => {
  expect(said(app(''))).toEqual([
    'engine-built-per-request: LLM(…) loads the model for each request: generate is a route.',
  ])
  const reason = '# infergate: ignore[engine-built-per-request] a batch of one request a day'
  for (const text of [app(`  ${reason}`), app('', `    ${reason}\n    # and more words\n`)])
    expect(lintText('app.py', text)).toEqual({ findings: [], ignored: 1 })
})

test('a comment without a reason accepts, and is a finding; so is one that accepts nothing or names no rule', () => {
  const comment = (text: string) => findingsOf(app(`  # infergate: ${text}`)).map(({ rule }) => rule)
  expect(comment('ignore[engine-built-per-request]')).toEqual(['ignore-comment'])
  expect(comment('ignore[constant-health] it is one')).toEqual(['engine-built-per-request', 'ignore-comment'])
  expect(comment('ignore[engine-per-request] misspelled')).toEqual([
    'engine-built-per-request',
    'ignore-comment',
  ])
  expect(comment('ignore this')).toEqual(['engine-built-per-request', 'ignore-comment'])
})

test('text that only looks like a comment accepts nothing', () => {
  expect(said(app('; s = "# infergate: ignore[engine-built-per-request] no"'))).toHaveLength(1)
})

test('a place counts characters, not bytes, behind letters of other scripts', () => {
  const [finding] = findingsOf(app('', '    é = "日本𝒳"; ').replace('    llm', 'llm'))
  expect(finding?.place).toEqual({ line: 7, column: 22, endLine: 7, endColumn: 30 })
})

test('a secret is shown nowhere: not in its own finding, and not on the line of another one', () => {
  const key = `q8Zr2LmX${'0vTn4KdWc7Yb'}`
  const findings = findingsOf(app(`; api_key = "${key}"`))
  expect(findings.map(({ rule }) => rule)).toEqual(['engine-built-per-request', 'secret-in-source'])
  expect(JSON.stringify(findings)).not.toContain(key)
  expect(findings[1]?.sourceLine).toBe('    llm = LLM("m"); api_key = [not shown]')
  expect(findings[1]?.mark).toEqual({ column: 31, length: 11 })
})

test.each([
  ['letters alone', 'a Hugging Face token', `hf_${'QxZrTmLvKdWcYbNpJ'}${'sGfHtRuEiOaXqZwVy'}`],
  ['behind a word', 'a Groq key', `Bearer gsk_${'q8Zr2LmX0vTn4KdWc7Yb'.repeat(2)}ab`],
  ['in a command', 'a Docker token', `docker login -p dckr_pat_${'q8Zr2LmX0v'}${'Tn4KdWc7YbX'} registry`],
])('a key of a known form is found whatever holds it: %s', (_, named, key) => {
  expect(said(`run("${key}")\n`)).toEqual([`secret-in-source: A secret stands in the source: ${named}.`])
  expect(said(`run("hf_your${'X'.repeat(30)}")\n`)).toEqual([])
})

test('what does not parse is no finding: it has a line, a column and a reason', () => {
  expect(lintText('app.py', 'x = 1\ndef f(:\n')).toEqual({
    file: 'app.py',
    line: 2,
    column: 7,
    reason: expect.stringMatching(/^does not parse as Python 3: \S/),
  })
  expect(lintText('app.py', `x = ${'('.repeat(20_000)}`)).toEqual({
    file: 'app.py',
    reason: 'is nested too deeply to be read',
  })
})

test('an empty file, one of comments, and one with Windows line ends are read', () => {
  for (const text of ['', '\n', '# only words', app('').replaceAll('\n', '\r\n')])
    expect('findings' in lintText('app.py', text), JSON.stringify(text)).toBe(true)
})

test('a name that is bound to itself, and a constant of itself, end the search', () => {
  expect(said('a = a\nb = b + b\nGPU = f"{GPU}"\nx = x.y\n')).toEqual([])
})
