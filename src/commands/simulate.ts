import { didYouMean } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import {
  DEFAULT_MODEL,
  FAMILIES,
  FAULTS,
  isProfileName,
  PROFILES,
  startSimulator,
} from '../simulator/index.ts'
import type { Io } from './io.ts'

export type SimulateFlags = {
  readonly port?: number
  readonly host?: string
  readonly dialect?: string
  readonly profile?: string
  readonly model?: string
  readonly seed?: number
  readonly faults?: readonly string[]
  readonly listFaults?: boolean
}

/** Runs the simulator in the foreground until Ctrl-C, which is its normal end. */
export async function runSimulate(flags: SimulateFlags, io: Io): Promise<ExitCode> {
  if (flags.listFaults) {
    io.stdout(listFaults())
    return EXIT.pass
  }
  const {
    profile = 'default',
    dialect = 'openai',
    model = DEFAULT_MODEL,
    faults = [],
    port,
    host,
    seed,
  } = flags
  if (dialect !== 'openai' && dialect !== 'ananke')
    throw unknown('dialect of the simulator', dialect, ['openai', 'ananke'])
  if (!isProfileName(profile)) throw unknown('profile', profile, Object.keys(PROFILES))
  const ids = FAULTS.map(({ id }) => id)
  for (const fault of faults) if (!ids.includes(fault)) throw unknown('fault', fault, ids)

  io.stderr(`Loading: ${PROFILES[profile].says}.\n`)
  await using simulator = await startSimulator({
    ...{ dialect, profile, model, faults },
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(seed !== undefined && { seed }),
  })
  io.stdout(`${simulator.url}\n\nTry it:\n  ${curlOf(dialect, simulator.url, model)}\n`)
  io.stderr(`Judge it: infergate gate --url ${simulator.url} --dialect ${dialect}\nCtrl-C ends it.\n`)
  await aborted(io.signal)
  return EXIT.pass
}

function curlOf(dialect: 'openai' | 'ananke', url: string, model: string): string {
  const [path, body] =
    dialect === 'openai'
      ? ['/v1/completions', { model, prompt: 'Say hello.', max_tokens: 16 }]
      : ['/generate_api', { prompt: 'Say hello.', max_tokens: 16 }]
  return `curl -sS ${url}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`
}

/** By family, each with its symptom on the wire and the dialects in which it can show. */
function listFaults(): string {
  const width = Math.max(...FAULTS.map(({ id }) => id.length))
  return [...Map.groupBy(FAULTS, ({ family }) => family)]
    .map(([family, faults]) => {
      const lines = faults.map(
        ({ id, says, dialects }) => `  ${id.padEnd(width)}  ${says} [${dialects.join(', ')}]\n`,
      )
      return `${FAMILIES[family]}\n${lines.join('')}`
    })
    .join('\n')
}

const unknown = (what: string, word: string, known: readonly string[]): HarnessError =>
  new HarnessError('usage', `Unknown ${what} "${word}": ${didYouMean(word, known)}`)

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
