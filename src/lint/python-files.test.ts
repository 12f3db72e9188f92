import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { pythonFiles } from './index.ts'

let cwd: string

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'python-files-'))
})

const write = (path: string): void => writeFileSync(join(cwd, path), '')

test('a folder means every Python file below it, once, without packages of others', () => {
  for (const folder of ['app', 'app/inner', 'app/.venv', 'app/node_modules']) mkdirSync(join(cwd, folder))
  for (const path of [
    'app/b.py',
    'app/a.py',
    'app/inner/c.pyi',
    'app/notes.txt',
    'app/.venv/d.py',
    'app/node_modules/e.py',
  ])
    write(path)
  expect(pythonFiles(['app', 'app/a.py'], cwd)).toEqual(['app/a.py', 'app/b.py', 'app/inner/c.pyi'])
})

test('a link back up is not followed, and a link to itself is named', () => {
  mkdirSync(join(cwd, 'app'))
  write('app/a.py')
  symlinkSync('..', join(cwd, 'app/up'))
  symlinkSync('round.py', join(cwd, 'round.py'))
  expect(pythonFiles(['app'], cwd)).toEqual(['app/a.py'])
  expect(() => pythonFiles(['round.py'], cwd)).toThrow('round.py cannot be read (ELOOP).')
})

test.skipIf(process.platform === 'win32')('a pipe is refused before anything waits for it', () => {
  execFileSync('mkfifo', [join(cwd, 'pipe.py')])
  expect(() => pythonFiles(['pipe.py'], cwd)).toThrow(
    'pipe.py is a pipe, not a file. Give its text on stdin: infergate lint -',
  )
})

test('a path that is not there and a folder without Python are named', () => {
  mkdirSync(join(cwd, 'empty'))
  expect(() => pythonFiles(['gone.py'], cwd)).toThrow('There is no gone.py.')
  expect(() => pythonFiles(['empty'], cwd)).toThrow('The folder empty holds no Python file.')
})
