import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that are open to a reader, whatever else lies in the folder: nothing that is a link, a pipe or a device. */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch {
    return undefined
  }
}

/** What a folder of a run is called: one step, not hidden, so that no name leads out of the reports folder. */
export const isPlainName = (name: string): boolean =>
  name !== '' && !name.startsWith('.') && !/[/\\\0]/.test(name)

/** A file right inside a run's folder, opened only where it is a plain file itself; undefined otherwise. */
export async function openPlainFile(folder: string, name: string): Promise<FileHandle | undefined> {
  if (!isPlainName(name)) return undefined
  const path = join(folder, name)
  // A pipe would keep whoever opens it waiting.
  if (!(await statOf(path))?.isFile()) return undefined
  try {
    // What became a link since is refused by the system.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch {
    // Gone, or not ours to read.
  }
  return undefined
}

/** At most so many bytes of a file, from a place on. */
export async function readBytes(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length))
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
