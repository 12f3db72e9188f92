import { type GateResults, runGateTrials } from './gate.ts'
import { keepResult, type Provenance, provenanceOf, readResults } from './results.ts'

export type GatePart = GateResults & Provenance

export type GateWork = {
  readonly seed: number
  readonly trials: number
  readonly today: Date
  readonly say: (line: string) => void
  /** False once nothing more should be begun; what is done is kept and gone on with. */
  readonly hasTime: () => boolean
}

/** What decides the outcome of the trials. */
const SOURCES = [
  'src/verdict/versus/{changes,decide-pairs,decide-stored,drift,errors,measured-drift,power,rule,shift}.ts',
  'src/statistics/{binomial,failure-counts,holm,normal,power,quantile,rate,sign-flip,signed-rank,student}.ts',
  'benchmarks/decision/gate{,-trials,-worlds}.ts',
]

export const readGate = (): GatePart | undefined => readResults()['gate'] as GatePart | undefined

/** True where all is done. */
export async function runGate({ seed, trials, today, say, hasTime }: GateWork): Promise<boolean> {
  const provenance = provenanceOf(seed, SOURCES, today)
  const before = readGate()
  const results = await runGateTrials({
    ...{ trials, seed, hasTime },
    ...(before?.sources === provenance.sources && { known: before }),
    keep(results) {
      keepResult('gate', { ...provenance, ...results })
      const cell = results.cells.at(-1)
      say(
        `gate: ${cell?.mode}, ${cell?.world}, ${JSON.stringify(cell?.effect)}: ${JSON.stringify(cell?.counts)}`,
      )
    },
  })
  if (results.isWhole && !before?.isWhole) keepResult('gate', { ...provenance, ...results })
  return results.isWhole
}
