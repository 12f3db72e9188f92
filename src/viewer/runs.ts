import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { DEPLOY_JOURNAL_FILE, JOURNAL_FILE, VERSION_1_FILE } from '../run/index.ts'
import { isPlainName, statOf } from './places.ts'
import { readHead } from './read-head.ts'
import { type Head, newestFirst } from './run-head.ts'

/** So many folders are read at a time. */
const AT_A_TIME = 16

type Kept = { readonly head: Head; readonly seen: string }

/** The runs of a reports folder. A run that has ended is read once, and again where its journal is another. */
export class Runs {
  readonly root: string
  readonly #clock: Clock
  #kept = new Map<string, Kept>()
  #refreshing: Promise<void> | undefined
  #version = 0

  constructor(root: string, clock: Clock) {
    this.root = root
    this.#clock = clock
  }

  /** Grows with each change that the list would show. */
  get version(): number {
    return this.#version
  }

  /** Newest first. */
  async heads(): Promise<readonly Head[]> {
    await this.refresh()
    return [...this.#kept.values()].map(({ head }) => head).toSorted(newestFirst)
  }

  /** The folder of a run; undefined where the reports folder has none of this name. A link is none. */
  async folder(name: string): Promise<string | undefined> {
    if (!isPlainName(name)) return undefined
    const path = join(this.root, name)
    return (await statOf(path))?.isDirectory() ? path : undefined
  }

  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    await this.#refreshing
  }

  async #refresh(): Promise<void> {
    const names = await folders(this.root)
    const kept = new Map<string, Kept>()
    const waiting = names.values()
    const worker = async () => {
      for (const name of waiting)
        if (!(await statOf(join(this.root, name, DEPLOY_JOURNAL_FILE))))
          kept.set(name, await this.#look(name))
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, worker))
    const isOther = ({ name, head }: { name: string; head: Head }) => {
      const before = this.#kept.get(name)?.head
      return before !== head && JSON.stringify(before) !== JSON.stringify(head)
    }
    if (kept.size !== this.#kept.size || [...kept].some(([name, { head }]) => isOther({ name, head })))
      this.#version++
    this.#kept = kept
  }

  async #look(name: string): Promise<Kept> {
    const folder = join(this.root, name)
    const stats = (await statOf(join(folder, JOURNAL_FILE))) ?? (await statOf(join(folder, VERSION_1_FILE)))
    const seen = stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : ''
    const before = this.#kept.get(name)
    // What goes on changes without its journal, and so may what was killed a moment ago.
    const isSettled = before && before.head.word !== 'RUNNING' && before.seen === seen
    return isSettled ? before : { head: await readHead(this.root, name, this.#clock.now().getTime()), seen }
  }
}

async function folders(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    return entries.filter((one) => one.isDirectory() && isPlainName(one.name)).map(({ name }) => name)
  } catch {
    // No run has made it yet, or it is gone: it is empty either way.
    return []
  }
}
