import { join } from 'node:path'
import { pythonOf } from '../programs.ts'
import { freePort, type Server, startServer } from '../start-server.ts'

/** A command of one of the Python environments that engines/install.sh made. */
type Tool = {
  readonly environment: string
  readonly name: string
  /** `{port}` is the port that it gets. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly readyAt: string
}

export async function startTool({ environment, name, args, ...rest }: Tool): Promise<Server> {
  const port = await freePort()
  const given = args.map((arg) => arg.replaceAll('{port}', String(port)))
  return startServer({ command: [join(pythonOf(environment), '..', name), ...given], port, ...rest })
}
