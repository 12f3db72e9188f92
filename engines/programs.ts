import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { reasonWithoutVllm } from '../testing/vllm.ts'

/** A program that a row needs, installed by `engines/install.sh` or, vLLM, by `fixtures/vllm-cpu/install.sh`. */
export type Program = {
  readonly name: string
  readonly version: () => string
  /** Why it cannot run here; undefined where it can. */
  readonly missing: () => string | undefined
}

const folder = () => process.env['INFERGATE_ENGINES'] ?? ''

/** The Python environment that holds one of the engines. */
export const pythonOf = (name: string): string => join(folder(), name, 'bin/python')

function missingEnvironment(name: string): string | undefined {
  if (!folder()) return 'INFERGATE_ENGINES is not set: run engines/install.sh DIR and set it to that folder'
  return existsSync(pythonOf(name))
    ? undefined
    : `INFERGATE_ENGINES is ${folder()}, which holds no ${name}: run engines/install.sh`
}

const output = (command: string, args: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return `${stdout}${stderr}`.trim()
}

const versionOf = (python: string, distribution: string) =>
  output(python, ['-c', `import importlib.metadata as m; print(m.version('${distribution}'))`])

const pythonProgram = (name: string, distribution: string, said = distribution): Program => ({
  name: said,
  version: () => versionOf(pythonOf(name), distribution),
  missing: () => missingEnvironment(name),
})

export const vllmPython = (): string => join(process.env['INFERGATE_VLLM_CPU'] ?? '', 'bin/python')

export const vllm: Program = {
  name: 'vLLM',
  version: () => versionOf(vllmPython(), 'vllm-cpu'),
  missing: reasonWithoutVllm,
}
export const litellm = pythonProgram('litellm', 'litellm', 'LiteLLM')
export const llamaCpp = pythonProgram('llama', 'xllamacpp', 'llama.cpp (xllamacpp)')
export const transformers = pythonProgram('transformers', 'transformers')
export const dasllama = pythonProgram('dasllama', 'dasllama')
export const vllmRouter = pythonProgram('vllm-router', 'vllm-router')
export const nginx: Program = {
  name: 'nginx',
  version: () => /\d+(?:\.\d+)+/.exec(output('nginx', ['-v']))?.[0] ?? '',
  missing: () =>
    spawnSync('nginx', ['-v']).status === 0
      ? undefined
      : 'nginx is not installed: run engines/install.sh DIR nginx',
}
