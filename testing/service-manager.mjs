// A platform as small as one can be: it keeps one version of a service running on one port. `start VERSION PORT` ends what runs
// there and starts another; `stop PORT` ends it. What faults a version has stands in versions.json of the working directory.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const launcher = join(import.meta.dirname, '..', 'bin', 'infergate.mjs')
const [what, ...words] = process.argv.slice(2)
const port = words.at(-1) ?? ''
const pidFile = `service-${port}.pid`

if (what === 'start') {
  const [version = ''] = words
  const versions = JSON.parse(readFileSync('versions.json', 'utf8'))
  if (!(version in versions)) fail(`there is no version ${version}`)
  await stop()
  const faults = versions[version].flatMap((fault) => ['--fault', fault])
  const args = [launcher, 'simulate', '--port', port, '--model', version, ...faults]
  const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' })
  child.unref()
  writeFileSync(pidFile, String(child.pid))
  process.stdout.write(`started ${version} on port ${port}\n`)
} else if (what === 'stop') await stop()
else fail(`unknown word ${what}`)

async function stop() {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  try {
    process.kill(pid, 'SIGKILL')
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
  } catch {
    // It is gone already.
  }
  rmSync(pidFile)
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

function fail(why) {
  process.stderr.write(`${why}\n`)
  process.exit(3)
}
