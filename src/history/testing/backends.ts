import { join } from 'node:path'
import { type History, openHistory } from '../index.ts'

/** Every place in which a history can be kept: each is held to the same cases. `open` finds what was kept in the folder before. */
export const BACKENDS: readonly { readonly name: string; open(folder: string): Promise<History> }[] = [
  { name: 'SQLite', open: (folder) => openHistory(join(folder, 'new', 'folders', 'history.sqlite')) },
]
