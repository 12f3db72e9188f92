import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HarnessError } from '../errors.ts'

/** Folders of tools, and of packages that others wrote. */
const LEFT_OUT = new Set([
  ...['.git', '.hg', '.svn', '.venv', 'venv', '.tox', '.nox', '.eggs', '.mypy_cache', '.ruff_cache'],
  ...[
    '.pytest_cache',
    '__pycache__',
    '__pypackages__',
    'node_modules',
    'site-packages',
    'build',
    'dist',
    '_build',
  ],
])

/** The files that the words of a command line mean: a file as it is, of a folder every `*.py` below it; each once. */
export function pythonFiles(paths: readonly string[], cwd: string): readonly string[] {
  const found = paths.flatMap((path) => {
    if (path === '-') return [path]
    const stat = asked(path, () => statSync(resolve(cwd, path), { throwIfNoEntry: false }))
    if (!stat)
      throw new HarnessError('usage', `There is no ${path}. Name Python files, or folders that hold some.`)
    // Nobody may ever write into a pipe, and what reads it would wait.
    if (stat.isFIFO() || stat.isSocket())
      throw new HarnessError(
        'usage',
        `${path} is a pipe, not a file. Give its text on stdin: infergate lint -`,
      )
    if (!stat.isDirectory()) return [path]
    const files = below(path, cwd)
    if (files.length === 0)
      throw new HarnessError('usage', `The folder ${path} holds no Python file. Name one that does.`)
    return files
  })
  return [...new Set(found)]
}

/** A loop of links, a folder that is not ours to read. */
function asked<Answer>(path: string, ask: () => Answer): Answer {
  try {
    return ask()
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new HarnessError(
      'usage',
      `${path} cannot be read (${code}). Name Python files, or folders that hold some.`,
      {
        cause,
      },
    )
  }
}

/** Links are not followed: a loop of them has no end. */
function below(folder: string, cwd: string): readonly string[] {
  const entries = asked(folder, () => readdirSync(resolve(cwd, folder), { withFileTypes: true }))
  return entries
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : below(path, cwd)
      return entry.isFile() && /\.pyi?$/.test(entry.name) ? [path] : []
    })
}
