import { getCompileCacheDir } from 'node:module'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SimulatorTarget } from '../records/index.ts'
import { addressOf } from './address.ts'
import type { Launch } from './launch.ts'
import { freePort, HOST } from './port.ts'
import { inheritedEnvironment } from './process-target.ts'
import { startProcess } from './started-process.ts'

/** `.ts` in the source tree, `.js` in the package. */
const simulatorFile = fileURLToPath(new URL(`../simulator/main${extname(import.meta.url)}`, import.meta.url))

/** The embedded simulator in a process of its own, so that its cold start is a real start. */
export const launchSimulator: Launch<SimulatorTarget> = async (spec, context) => {
  const port = await freePort()
  const address = addressOf(spec, {
    baseUrl: `http://${HOST}:${port}`,
    ...(spec.urls && { urls: spec.urls }),
  })
  const started = await startProcess(
    {
      command: [process.execPath, simulatorFile, ...simulatorArguments(spec, port)],
      cwd: process.cwd(),
      env: { ...inheritedEnvironment(), ...compileCache() },
    },
    context,
  )
  const description = {
    kind: spec.kind,
    dialect: spec.dialect,
    ...(spec.model === undefined ? {} : { model: spec.model }),
    ...(address.baseUrl === undefined ? {} : { url: address.baseUrl }),
    profile: spec.profile,
    faults: spec.faults,
  }
  return { state: 'started', address, description, process: started }
}

/** What this process has parsed, the next start need not. */
function compileCache(): Readonly<Record<string, string>> {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

function simulatorArguments(spec: SimulatorTarget, port: number): readonly string[] {
  return [
    ...['--port', String(port), '--host', HOST],
    ...['--dialect', spec.dialect, '--profile', spec.profile, '--seed', String(spec.seed)],
    ...(spec.model === undefined ? [] : ['--model', spec.model]),
    ...spec.faults.flatMap((fault) => ['--fault', fault]),
  ]
}
