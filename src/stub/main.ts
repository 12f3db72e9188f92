import { HarnessError } from '../errors.ts'
import { readFlags } from './flags.ts'
import { serve } from './server.ts'

// The stub as a process of its own, so that it can have a core of its own. Leaves at once on a signal. For
// many streams start it with the flags of Node that start.ts gives it.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
try {
  const options = readFlags(process.argv.slice(2))
  if (options.endWithStdin) process.stdin.on('close', () => process.exit(0)).resume()
  const { port } = await serve(options)
  process.stdout.write(`${JSON.stringify({ port, pid: process.pid })}\n`)
} catch (error) {
  if (!(error instanceof HarnessError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}
