import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { HarnessError } from '../errors.ts'
import type { ProcessTarget } from '../records/index.ts'
import { shownCommand } from '../secret-names.ts'
import { addressOf } from './address.ts'
import type { Launch } from './launch.ts'
import { fillAll, fillPlaceholders } from './placeholders.ts'
import { freePort, HOST, requireFreePort } from './port.ts'
import { startProcess } from './started-process.ts'

/** Any command that serves on a port of this machine. */
export const launchProcess: Launch<ProcessTarget> = async (spec, context) => {
  const port = spec.port === undefined ? await freePort() : await requireFreePort(spec.port)
  const fill = (text: string) => fillPlaceholders(text, port, process.env)
  const [command, ...args] = spec.command
  const cwd = resolve(fill(spec.cwd ?? '.'))
  requireFolder(cwd)
  const address = addressOf(spec, {
    baseUrl: `http://${HOST}:${port}`,
    ...(spec.urls && { urls: fillAll(spec.urls, fill) }),
  })
  const order = {
    command: [fill(command), ...args.map(fill)] as const,
    cwd,
    env: { ...inheritedEnvironment(), ...fillAll(spec.env ?? {}, fill) },
  }
  const started = await startProcess(order, context)
  const description = {
    kind: spec.kind,
    dialect: spec.dialect,
    ...(spec.model === undefined ? {} : { model: spec.model }),
    ...(address.baseUrl === undefined ? {} : { url: address.baseUrl }),
    command: shownCommand(spec.command),
  }
  return { state: 'started', address, description, process: started }
}

/** The environment that a target inherits, without what belongs to infergate's own process. */
export function inheritedEnvironment(): Record<string, string> {
  const own = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'NODE_UNIQUE_ID']
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || own.includes(name) ? [] : [[name, value]],
    ),
  )
}

function requireFolder(cwd: string): void {
  // A missing folder would be reported as a missing command by the system.
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return
  throw new HarnessError(
    'config-invalid',
    `The target's working directory ${cwd} does not exist: correct \`cwd\`.`,
  )
}
