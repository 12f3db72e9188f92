import { spawn } from 'node:child_process'
import { after, systemClock } from '../clock.ts'
import type { Io } from './io.ts'

/** Where no browser is found the opener says so sooner; where one is, it may stay as long as that. */
const MOST_WAIT_MS = 2_000

/** What opens an address in the user's browser; undefined where there is nobody to see it. */
function opener(env: Io['env'], platform: NodeJS.Platform): readonly [string, ...string[]] | undefined {
  if (env['CI']) return undefined
  if (platform === 'darwin') return ['open']
  // Not `start`: cmd would read signs of the address as its own.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['WSL_DISTRO_NAME'] ? ['xdg-open'] : undefined
}

/** Whether the address was handed to a browser. None is no error: the address has been printed. */
export async function openInBrowser(
  address: string,
  env: Io['env'],
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  const [command, ...words] = opener(env, platform) ?? []
  if (command === undefined) return false
  const child = spawn(command, [...words, address], {
    ...{ detached: true, stdio: 'ignore', env },
  })
  child.unref()
  return await new Promise((resolve) => {
    const waited = after(systemClock, MOST_WAIT_MS, () => resolve(true))
    const end = (isOpened: boolean) => {
      waited[Symbol.dispose]()
      resolve(isOpened)
    }
    child.once('error', () => end(false)).once('exit', (code) => end(code === 0))
  })
}
