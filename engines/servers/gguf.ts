import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../testing/run-cli.ts'
import { pythonOf } from '../programs.ts'
import { workFolder } from '../start-server.ts'

/** This repository's tiny model as GGUF, in a folder of its own. */
export function makeGguf(...options: readonly string[]): string {
  const file = join(workFolder(), 'tiny.gguf')
  const script = join(root, 'fixtures/engines/to_gguf.py')
  execFileSync(pythonOf('llama'), [script, join(root, 'fixtures/vllm-cpu/model'), file, ...options])
  return file
}
