import type { Check, Run, RunEvent, SimulatorTarget, Verdict } from '../records/index.ts'
import { type PlanInput, type PortLane, planRun, run } from '../run/index.ts'
import { DEFAULT_MODEL } from '../simulator/index.ts'
import { launchInProcess } from './in-process.ts'
import type { Judged, Subject, Word } from './subject.ts'

/** A gate as short as its limits allow: what it leaves out is how sure the measured times are, no promise. */
const BENCH = { coldStarts: 2, warmRequests: 20, warmup: 2 }
const POLICY = { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 2 }

/** Judges one simulator with the whole gate: cold starts, warm answers, every promise. Leaves nothing on disk. */
export async function judgeSubject(subject: Subject, signal: AbortSignal, ports?: PortLane): Promise<Judged> {
  const { only } = subject
  const plan = await planRun({
    ...{ command: 'gate', values: valuesFor(subject), env: {} },
    ...(only !== undefined && { selection: { grep: only } }),
  })
  const checkedAtMs = new Map<string, number>()
  const note = (event: RunEvent) => {
    if (event.kind === 'checked') checkedAtMs.set(event.check.id, event.atMs)
  }
  const ends: Run[] = []
  const verdict = await run(plan, {
    journal: { append: note, sync() {} },
    progress: { phase() {}, step() {}, began() {}, saw() {}, status() {}, note() {}, warn() {} },
    ...{ signal, launch: launchInProcess(subject, ports), begun() {}, record() {} },
    publish: (ended) => void ends.push(ended),
  })
  return {
    subject,
    verdict: verdict.verdict,
    exitCode: verdict.exitCode,
    words: wordsOf(verdict, checkedAtMs),
    reasons: verdict.reasons,
    durationMs: verdict.durationMs,
  }
}

function valuesFor({ dialect, seed, model = DEFAULT_MODEL }: Subject): PlanInput['values'] {
  const target: SimulatorTarget = {
    ...{ kind: 'simulator', dialect, profile: 'default', seed, readyTimeoutMs: 20_000 },
    faults: [],
    // Its wire lists none: whoever judges it has to know its name.
    ...(dialect === 'ananke' && { model }),
  }
  return {
    ...{ targetName: 'simulator', target, seed, bench: BENCH, policy: POLICY },
    ...{ suites: [], waivers: [], reporters: [], evidence: 'failures' },
    ...{ maxSeconds: 300, isBudgetGiven: false, checkSeconds: 30, reportsDir: '', history: '' },
  }
}

function wordsOf(
  { checks, comparisons }: Verdict,
  checkedAtMs: ReadonlyMap<string, number>,
): readonly Word[] {
  return [
    ...checks.map((check) => ({
      ...wordOf(check, whyOf(check)),
      ...(checkedAtMs.has(check.id) && { atMs: checkedAtMs.get(check.id) as number }),
    })),
    ...comparisons.map((one) => wordOf(one, one.reason)),
  ]
}

const wordOf = ({ id, outcome }: Pick<Word, 'id' | 'outcome'>, reason: string): Word => ({
  ...{ id, outcome },
  ...((outcome === 'failed' || outcome === 'inconclusive') && { reason }),
})

/** All that is said of a check, by itself and in the cases that ended as it did. */
function whyOf({ reason = '', outcome, cases = [] }: Check): string {
  const more = cases.flatMap((one) =>
    one.outcome === outcome && one.reason && !reason.includes(one.reason) ? `${one.name}: ${one.reason}` : [],
  )
  return [reason, ...more].join('; ')
}
