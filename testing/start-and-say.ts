import { createProbe } from '../src/client/index.ts'
import { startTarget } from '../src/targets/index.ts'

// A whole infergate, as far as its target goes, in a process of its own: starts the target of its first argument, says so,
// and stops it when it is told to on stdin.
const target = await startTarget(JSON.parse(process.argv[2] ?? ''), {
  ...{ index: 0, probe: createProbe() },
  onWarning: (text) => process.stdout.write(`warning: ${text}\n`),
})
process.stdout.write(`${target.boot.outcome}\n`)
process.stdin.once('data', async () => {
  await target.stop()
  process.stdout.write(`stopped, exit ${JSON.stringify(target.exit())}\n`)
  process.exit(0)
})
