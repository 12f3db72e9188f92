import { readdirSync, readFileSync } from 'node:fs'

/** The commands of processes that have `marker` (NAME=value) in their environment. */
export function survivors(marker: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return environment.split('\0').includes(marker)
          ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
          : []
      } catch {
        // It ended while we looked, or is another user's.
        return []
      }
    })
}

/** Waits until `done`, at most `ms`. */
export async function until(done: () => boolean, ms: number): Promise<void> {
  for (const end = Date.now() + ms; !done() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 50))
}
