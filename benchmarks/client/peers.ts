import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where benchmarks/client/install.sh put the others. */
export const PEERS = process.env['INFERGATE_PEERS'] ?? join(homedir(), 'peers')

/** The model whose tokenizer the others count with; the stub's own name for it is `stub`. */
export const TOKENIZER = join(import.meta.dirname, '../../fixtures/vllm-cpu/model')
export const MODEL = 'stub'

/** The version of a Python package of an environment, without starting Python. */
export function pythonPackage(environment: string, name: string): string | undefined {
  const libraries = join(environment, 'lib')
  for (const python of existsSync(libraries) ? readdirSync(libraries) : []) {
    const packages = join(libraries, python, 'site-packages')
    for (const folder of existsSync(packages) ? readdirSync(packages) : []) {
      const [, found, version] = /^(.+)-([^-]+)\.dist-info$/.exec(folder) ?? []
      if (found === name) return version
    }
  }
  return undefined
}

export const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** What a whole answer is asked for with: 16 tokens or so. */
export const bodyOf = (outputTokens: number): string =>
  JSON.stringify({
    model: MODEL,
    messages: [
      { role: 'user', content: 'Say a word for each of the sixteen days that are left of this month.' },
    ],
    max_tokens: outputTokens,
  })
