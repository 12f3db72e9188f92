import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../testing/run-cli.ts'
import { workFolder } from '../start-server.ts'
import { editTensor } from './edit-tensor.ts'

/** The tiny model with one matrix turned round: it still writes, and other texts than the tiny model does. */
export function makeOtherWeights(): string {
  const folder = workFolder()
  cpSync(join(root, 'fixtures/vllm-cpu/model'), folder, { recursive: true })
  // Two reversals: the values, two bytes each, stand in the opposite order, each with its bytes as they were.
  editTensor(folder, 'model.layers.3.mlp.down_proj.weight', (bytes) => bytes.reverse().swap16())
  return folder
}
