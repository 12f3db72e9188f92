import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Changes the bytes of one tensor of a model's folder in place. */
export function editTensor(folder: string, name: string, edit: (bytes: Buffer) => void): void {
  const file = join(folder, 'model.safetensors')
  const bytes = readFileSync(file)
  // The length of the header, the header, the tensors.
  const begin = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, begin).toString())
  const [from, to]: [number, number] = header[name].data_offsets
  edit(bytes.subarray(begin + from, begin + to))
  writeFileSync(file, bytes)
}
