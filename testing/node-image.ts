import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** An image with Node and npm, as node:24-slim is one, made of this machine's own files: nothing is pulled. */
export const NODE_IMAGE = 'infergate-node:test'

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

export function makeNodeImage(): void {
  const rootfs = mkdtempSync(join(tmpdir(), 'infergate-rootfs-'))
  try {
    fill(rootfs)
    const tar = spawnSync('tar', ['-C', rootfs, '-c', '.'], { maxBuffer: 2 ** 30 })
    const changes = ['ENV PATH=/usr/local/bin:/usr/bin:/bin', `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`]
    docker(['import', ...changes.flatMap((change) => ['--change', change]), '-', NODE_IMAGE], {
      input: tar.stdout,
    })
  } finally {
    rmSync(rootfs, { recursive: true })
  }
}

function fill(rootfs: string): void {
  const put = (from: string, to = from) => {
    mkdirSync(dirname(join(rootfs, to)), { recursive: true })
    cpSync(from, join(rootfs, to), { recursive: true, dereference: true })
  }
  const programs = [process.execPath, '/bin/sh', '/usr/bin/env']
  put(process.execPath, '/usr/local/bin/node')
  put('/bin/sh')
  put('/usr/bin/env')
  put(npmFolder(), '/usr/local/lib/node_modules/npm')
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(rootfs, 'usr/local/bin/npm'))
  for (const library of new Set(programs.flatMap(librariesOf))) put(library)
  if (existsSync(CERTIFICATES)) put(CERTIFICATES)
  mkdirSync(join(rootfs, 'tmp'))
  chmodSync(join(rootfs, 'tmp'), 0o1777)
  writeFileSync(
    join(rootfs, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  )
}

/** npm beside the Node that came with it. */
function npmFolder(): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' })
  return dirname(dirname(realpathSync(stdout.trim())))
}

/** The whole paths in what ldd says: the loader, too. */
const librariesOf = (program: string): readonly string[] =>
  [...spawnSync('ldd', [program], { encoding: 'utf8' }).stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(
    ([, path]) => path ?? [],
  )

/** Docker's command line, as a user has it. Throws what it said where it failed. */
export function docker(
  args: readonly string[],
  options: { input?: Buffer; env?: Record<string, string> } = {},
): string {
  const { input, env } = options
  const { status, stdout, stderr } = spawnSync('docker', args, {
    ...(input && { input }),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0)
    throw new Error(`docker ${args.slice(0, 2).join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}
