import { aborted } from '../clock.ts'
import { didYouMean } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import {
  DEFAULT_MODEL,
  EDGE_FAULTS,
  FAMILIES,
  FAULTS,
  isEdgeFault,
  isProfileName,
  PROFILES,
  requireSleep,
  startEdge,
  startSimulator,
} from '../simulator/index.ts'
import type { Io } from './io.ts'
import { describeEdge, requireSleepFlags, type SleepFlags } from './sleep-flags.ts'

export type SimulateFlags = {
  readonly port?: number
  readonly host?: string
  readonly dialect?: string
  readonly profile?: string
  readonly model?: string
  readonly seed?: number
  readonly faults?: readonly string[]
  /** Milliseconds. */
  readonly faultAfter?: number
  readonly listFaults?: boolean
} & SleepFlags

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
    faultAfter,
  } = flags
  if (dialect !== 'openai' && dialect !== 'ananke')
    throw unknown('dialect of the simulator', dialect, ['openai', 'ananke'])
  if (!isProfileName(profile)) throw unknown('profile', profile, Object.keys(PROFILES))
  const ids: string[] = [...FAULTS, ...EDGE_FAULTS].map(({ id }) => id)
  for (const [fault = ''] of faults.map((typed) => typed.split(':')))
    if (!ids.includes(fault)) throw unknown('fault', fault, ids)

  if (faultAfter !== undefined && faults.length === 0)
    throw new HarnessError('usage', '--fault-after says when faults begin: name one with --fault.')
  requireSleepFlags(flags)
  requireSleep(faults, flags.sleepAfter !== undefined)
  const inner = faults.filter((fault) => !isEdgeFault(fault))
  const served = {
    dialect,
    profile,
    model,
    faults: inner,
    ...(seed !== undefined && { seed }),
    ...(faultAfter !== undefined && { faultAfterMs: faultAfter }),
  } as const
  const place = { ...(port !== undefined && { port }), ...(host !== undefined && { host }) }
  const { sleepAfter, boot, edge, edgeCap, healthApart } = flags
  io.stderr(`${sleepAfter === undefined ? 'Loading' : describeEdge(flags)}: ${PROFILES[profile].says}.\n`)
  await using simulator =
    sleepAfter === undefined
      ? await startSimulator({ ...served, ...place })
      : await startEdge({
          ...{ ...place, sleepAfterMs: sleepAfter, simulator: served, faults: faults.filter(isEdgeFault) },
          ...(boot !== undefined && { bootMs: boot }),
          ...(edge && { mode: edge }),
          ...(edgeCap !== undefined && { capMs: edgeCap }),
          ...(healthApart && { healthApart }),
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
  const width = Math.max(...[...FAULTS, ...EDGE_FAULTS].map(({ id }) => id.length))
  const families = [...Map.groupBy(FAULTS, ({ family }) => family)].map(([family, faults]) => {
    const lines = faults.map(
      ({ id, says, dialects, factor }) =>
        `  ${id.padEnd(width)}  ${says}${factor === undefined ? '' : `; ${id}:factor=1.1 for less`} [${dialects.join(', ')}]\n`,
    )
    return `${FAMILIES[family]}\n${lines.join('')}`
  })
  const asleep = EDGE_FAULTS.map(({ id, says }) => `  ${id.padEnd(width)}  ${says} [openai, ananke]\n`)
  return [...families, `Scale to zero, with --sleep-after\n${asleep.join('')}`].join('\n')
}

const unknown = (what: string, word: string, known: readonly string[]): HarnessError =>
  new HarnessError('usage', `Unknown ${what} "${word}": ${didYouMean(word, known)}`)
