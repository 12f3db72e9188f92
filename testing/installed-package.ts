import { spawn } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect } from 'vitest'
import { ended, root } from './run-cli.ts'

/** infergate as a user gets it: packed, and installed by a package manager into a package of the user's. */

export type PackageKind = 'commonjs' | 'module' | 'none'
export type Client = 'npm' | 'pnpm'

/** The oldest Node that the package runs on. */
export const OLDEST_NODE = '22.22.0'
const PNPM = 'pnpm@10.34.9'

export const scratch = mkdtempSync(join(tmpdir(), 'infergate-package-'))

type Place = { readonly cwd: string; readonly node?: string; readonly online?: boolean }

/** Runs a command as in a shell of the user's: nothing of this run of npm and vitest, and no network unless it is asked for. */
export async function run(command: string, args: readonly string[], place: Place) {
  const { cwd, node = dirname(process.execPath), online = false } = place
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:CI|NODE_OPTIONS|VITEST.*|INIT_CWD|DOCKER_HOST|npm_(?!config_)\w+|npm_config_local_prefix)$/.test(
        name,
      ),
  )
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [node, join(scratch, 'pnpm', 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
    npm_config_update_notifier: 'false',
    ...(!online && { npm_config_offline: 'true' }),
  }
  return ended(spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** The same for what must go well on the way to the thing that is tested; returns its stdout. */
async function prepare(command: string, args: readonly string[], place: Place): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, place)
  expect(code, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

/** Packs this checkout; returns the tarball. */
export async function pack(): Promise<string> {
  const packed = await prepare('npm', ['pack', '--json', '--pack-destination', scratch], { cwd: root })
  return join(scratch, JSON.parse(packed)[0].filename)
}

/** The folder of a Node of this version, out of the registry like any other package. */
export async function installNode(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  await installAlone(`node-${version}`, `${name}@${version}`)
  return join(scratch, `node-${version}`, 'node_modules', name, 'bin')
}

export const installPnpm = (): Promise<unknown> => installAlone('pnpm', PNPM)

async function installAlone(folder: string, what: string): Promise<void> {
  const cwd = join(scratch, folder)
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), '{}')
  await prepare('npm', ['install', '--no-audit', '--no-fund', what], { cwd, online: true })
}

/** A package as `npm init -y` writes it, or the same with another type or none. */
export async function packageOf(kind: PackageKind): Promise<string> {
  const cwd = mkdtempSync(join(scratch, `${kind}-`))
  await prepare('npm', ['init', '-y'], { cwd })
  const file = join(cwd, 'package.json')
  const { type, ...rest } = JSON.parse(readFileSync(file, 'utf8'))
  expect(type).toBe('commonjs')
  if (kind !== 'commonjs')
    writeFileSync(file, JSON.stringify({ ...rest, ...(kind === 'module' && { type: kind }) }))
  return cwd
}

export type Infergate = (...args: string[]) => ReturnType<typeof run>

/** Installs the tarball there; returns how to run what was installed. */
export async function install(tarball: string, client: Client, { cwd, node }: Place): Promise<Infergate> {
  const place = { cwd, ...(node !== undefined && { node }) }
  const args =
    client === 'npm'
      ? ['install', '--no-audit', '--no-fund', tarball]
      : ['add', '--store-dir', join(scratch, 'store'), tarball]
  await prepare(client, args, { ...place, online: true })
  const [runner, first] = client === 'npm' ? ['npx', '--no'] : ['pnpm', 'exec']
  return (...command) => run(runner, [first, 'infergate', ...command], place)
}

/** Installs one package more into a package of the user's. */
export const installBeside = (cwd: string, what: string): Promise<string> =>
  prepare('npm', ['install', '--no-audit', '--no-fund', '--save-dev', what], { cwd, online: true })

/** What lies in a folder, links not followed. */
export function bytesIn(folder: string): number {
  const sizes = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? bytesIn(path) : lstatSync(path).size
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}
