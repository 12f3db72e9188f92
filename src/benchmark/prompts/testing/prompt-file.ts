import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file of a user's, in a folder of its own. */
export function writeFile(content: string | Uint8Array, name = 'prompts.jsonl'): string {
  const file = join(mkdtempSync(join(tmpdir(), 'infergate-prompts-')), name)
  writeFileSync(file, content)
  return file
}
