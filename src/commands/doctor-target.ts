import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { createClient, loadDialect } from '../client/index.ts'
import type { ProcessTarget, TargetSpec, UrlTarget } from '../records/index.ts'
import { looselyFilled } from '../references.ts'
import { readSecret } from '../secret.ts'
import { startSimulator } from '../simulator/index.ts'
import { addressOfUrl, requireFreePort } from '../targets/index.ts'
import { lookAtService } from './doctor-service.ts'
import { type Finding, failed, ok } from './finding.ts'

/** Whether a run could reach its target. Nothing is generated: that may cost money, or wake a machine. */
export async function lookAtTarget(name: string, spec: TargetSpec, signal: AbortSignal): Promise<Finding> {
  await loadDialect(spec)
  for (const { source } of spec.secretHeaders ?? []) readSecret(source)
  switch (spec.kind) {
    case 'simulator': {
      await using simulator = await startSimulator({ profile: 'instant', faults: spec.faults })
      return ok(`${name}: the simulator listens (tried on port ${simulator.port})`)
    }
    case 'process':
      return lookAtProcess(name, spec)
    case 'url':
      return lookAtUrl(name, spec, signal)
    case 'container':
      if (spec.port !== undefined) await requireFreePort(spec.port)
      return ok(`${name}: a run will start a container of ${spec.image}`)
  }
}

async function lookAtProcess(name: string, { command, cwd, port }: ProcessTarget): Promise<Finding> {
  const folder = cwd === undefined ? undefined : looselyFilled(cwd, process.env)
  if (folder !== undefined && !existsSync(folder))
    return failed(`${name}: its folder ${folder} does not exist: correct \`cwd\` in the configuration.`)
  const program = looselyFilled(command[0], process.env)
  const file = findProgram(program, folder ?? '.')
  if (port !== undefined) await requireFreePort(port)
  if (file) return ok(`${name}: a run will start ${file}`)
  return failed(
    `${name}: the command ${program} is not on the PATH: install it, or give its whole path in \`command\`.`,
  )
}

/** As a shell looks it up: a name along PATH, anything with a slash from the folder. */
function findProgram(program: string, folder: string): string | undefined {
  const places = isAbsolute(program) || program.includes('/') ? [resolve(folder, program)] : onPath(program)
  return places.find(isExecutable)
}

function onPath(program: string): readonly string[] {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : ['']
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => endings.map((ending) => join(folder, `${program}${ending}`)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function lookAtUrl(name: string, spec: UrlTarget, signal: AbortSignal): Promise<Finding> {
  await using client = await createClient(addressOfUrl(spec))
  return await lookAtService(name, client, signal)
}
