import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { guarded } from './unusable.ts'

const { W_OK, X_OK } = constants

/**
 * Throws `store-unusable` with the next step where no run could be kept. A look at permissions: it makes nothing, and no
 * writer is waited for.
 */
export function proveHistoryWritable(file: string): void {
  guarded(file, () => {
    if (existsSync(file)) accessSync(file, W_OK)
    // What SQLite keeps beside the file, or the file and its folders themselves, have to be made there.
    let folder = dirname(file)
    while (!existsSync(folder)) folder = dirname(folder)
    if (!statSync(folder).isDirectory())
      throw Object.assign(new Error(`${folder} is no folder`), { code: 'ENOTDIR' })
    accessSync(folder, W_OK | X_OK)
  })
}
