import { parseArgs } from 'node:util'
import { HarnessError } from '../errors.ts'
import { isProfileName, PROFILES } from './profiles.ts'
import { type SimulatorOptions, startSimulator } from './start.ts'

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  dialect: { type: 'string' },
  profile: { type: 'string' },
  seed: { type: 'string' },
  model: { type: 'string' },
  fault: { type: 'string', multiple: true },
  'max-model-len': { type: 'string' },
  'max-num-seqs': { type: 'string' },
  'max-num-queued-reqs': { type: 'string' },
  'api-key-env': { type: 'string' },
} as const

// The simulator as a process of its own, so that a cold start is a real process start. Leaves at once on a signal.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
try {
  const simulator = await startSimulator(readOptions(process.argv.slice(2)))
  process.stderr.write(`simulator listening on ${simulator.url}\n`)
} catch (error) {
  if (!(error instanceof HarnessError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}

function readOptions(args: readonly string[]): SimulatorOptions {
  const flags = parse(args)
  const { host, model, fault: faults } = flags
  const dialect = flags.dialect ?? 'openai'
  if (dialect !== 'openai' && dialect !== 'ananke')
    throw usage(`--dialect is openai or ananke, not "${dialect}".`)
  const profile = flags.profile ?? 'default'
  if (!isProfileName(profile))
    throw usage(`There is no profile "${profile}"; there are ${Object.keys(PROFILES).join(', ')}.`)
  const keyName = flags['api-key-env']
  const apiKey = keyName === undefined ? undefined : process.env[keyName]
  if (keyName !== undefined && !apiKey)
    throw usage(`--api-key-env: the environment variable ${keyName} is not set.`)
  return {
    dialect,
    profile,
    ...(host === undefined ? {} : { host }),
    ...(model === undefined ? {} : { model }),
    ...(faults === undefined ? {} : { faults }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...integer('port', flags.port, 0, 65_535),
    ...integer('seed', flags.seed, 0, 2 ** 32 - 1),
    ...integer('maxModelLen', flags['max-model-len'], 2, 1_000_000, 'max-model-len'),
    ...integer('maxNumSeqs', flags['max-num-seqs'], 1, 10_000, 'max-num-seqs'),
    ...integer('maxQueued', flags['max-num-queued-reqs'], 0, 1_000_000, 'max-num-queued-reqs'),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: false }).values
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function integer(name: string, text: string | undefined, low: number, high: number, flag = name) {
  if (text === undefined) return {}
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= low && value <= high) return { [name]: value }
  throw usage(`--${flag} must be a whole number from ${low} to ${high}, not "${text}".`)
}

function usage(message: string, cause?: unknown): HarnessError {
  return new HarnessError('usage', message, { cause })
}
