import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../testing/run-cli.ts'
import { vllmPython } from '../programs.ts'
import { workFolder } from '../start-server.ts'
import { editTensor } from './edit-tensor.ts'

/** A model whose chat answers open with `<think>…</think>`, in a folder of its own. */
export function makeThinking(): string {
  const folder = workFolder()
  execFileSync(vllmPython(), [join(root, 'fixtures/vllm-cpu/merge_thinking.py'), folder])
  return folder
}

/** The same, and it never writes `</think>`: what spoke for that token speaks against it. */
export function makeEndlessThinking(): string {
  const folder = makeThinking()
  const { hidden_size: values } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  editTensor(folder, 'model.embed_tokens.weight', (bytes) => {
    // The last row is its; two bytes a value, the sign in the second one's highest bit.
    const row = bytes.subarray(bytes.length - 2 * values)
    for (let at = 1; at < row.length; at += 2) row.writeUInt8(row.readUInt8(at) ^ 0x80, at)
  })
  return folder
}
