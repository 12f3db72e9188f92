import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadConfig } from '../index.ts'
import type { ConfigInput } from '../resolved.ts'

/** A fresh folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-config-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export const withConfig = (text: string): string => folderWith({ 'infergate.config.ts': text })
export const load = (cwd: string, rest: Partial<ConfigInput> = {}) =>
  loadConfig({ cwd, env: {}, flags: {}, ...rest })
export const empty = folderWith({})

export const TARGETS = `export default {
  target: 'served',
  targets: {
    served: {
      kind: 'process', model: 'tiny', port: 8123, cwd: 'work', readyTimeoutSeconds: 120, firstAnswerTimeoutSeconds: 90,
      command: ['{plain:TEST_PYTHON}/bin/python', '--port', '{port}'],
      env: { CACHE: '{plain:TEST_CACHE}' },
      headers: { Authorization: { file: 'key.txt', prefix: 'Bearer ' } },
    },
    modal: {
      kind: 'url', dialect: 'ananke',
      urls: { health: 'https://a.example/', generate: 'https://b.example/' },
      headers: { 'Modal-Key': { env: 'MODAL_KEY' } },
    },
    own: { kind: 'url', url: 'http://127.0.0.1:9/', dialectModule: './dialects/mine.ts' },
  },
}`
