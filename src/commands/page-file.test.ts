import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pageFile } from './page-file.ts'
import { recordedIo } from './testing/recorded-io.ts'

test('a page is written where it was asked for, folders are made, and it says where it lies', () => {
  const io = recordedIo()
  const write = pageFile('out/pages/a.html', io)
  expect(existsSync(join(io.cwd, 'out/pages/a.html'))).toBe(false)
  write?.('<p>1</p>')
  expect(readFileSync(join(io.cwd, 'out/pages/a.html'), 'utf8')).toBe('<p>1</p>')
  expect(io.err()).toBe('Page: out/pages/a.html\n')
})

test('a page that is there keeps what it holds until the new one is whole', () => {
  const io = recordedIo()
  writeFileSync(join(io.cwd, 'a.html'), 'before')
  pageFile('a.html', io)
  expect(readFileSync(join(io.cwd, 'a.html'), 'utf8')).toBe('before')
})

test('no file, stdout, a folder and a path below a file are named before anything is computed', () => {
  const io = recordedIo()
  mkdirSync(join(io.cwd, 'folder'))
  writeFileSync(join(io.cwd, 'file'), '')
  expect(pageFile(undefined, io)).toBeUndefined()
  for (const place of ['', '-', 'folder']) expect(() => pageFile(place, io)).toThrow(/--html .*page\.html/)
  expect(() => pageFile('file/a.html', io)).toThrow(/cannot be written .* give --html another path/)
})
