import type { Clock } from '../clock.ts'
import type { ConfigValues } from '../config/index.ts'
import { type DeployParts, type DeployPlan, type Judgement, muchSlower } from '../deploy/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { openHistory } from '../history/index.ts'
import type { Run } from '../records/index.ts'
import { planRun } from '../run/index.ts'
import type { Io, RunFlags } from './io.ts'
import { judgeTarget } from './judge.ts'
import { warmAnswersOf } from './watch.ts'
import { watchOptions } from './watch-options.ts'
import { watchTarget } from './watch-target.ts'
import { whoAmI } from './who-am-i.ts'

/** What a deploy is judged by: the runs, the history and the watch of this configuration. */
export function deployParts(
  plan: DeployPlan,
  values: ConfigValues,
  flags: RunFlags,
  io: Io,
  clock: Clock,
): DeployParts {
  let old: Run | undefined
  let judged: Run | undefined
  const watchFor = values.deploy?.watch
  const { targetName, release } = plan
  const deploys = async () => ({ deploys: { targetName, ...(release !== undefined && { release }) } })
  return {
    ...(!plan.isBeside && {
      async baseline(signal) {
        const quiet = { ...values, reporters: [] }
        const { exitCode, ended } = await judgeTarget(
          'bench',
          quiet,
          withoutResults(flags),
          withSignal(io, signal),
          deploys,
        )
        old = ended?.decision?.state === 'complete' ? ended : undefined
        const { says, ...judgement } = judgementOf(exitCode, ended)
        return old ? { ...judgement, says: measuredText(old) } : { verdict: judgement.verdict, says }
      },
    }),
    async gate(signal) {
      const { exitCode, ended } = await judgeTarget(
        'gate',
        gateValues(plan, values),
        flags,
        withSignal(io, signal),
        deploys,
      )
      judged = ended
      const judgement = judgementOf(exitCode, ended)
      const slower =
        old && ended && muchSlower(old.decision?.measurements ?? [], ended.decision?.measurements ?? [])
      if (judgement.verdict !== 'PASS' || slower === undefined) return judgement
      return { ...judgement, verdict: 'FAIL', says: slower }
    },
    ...(watchFor !== undefined && {
      watch: (signal: AbortSignal) => watchNew(values, { watchFor, judged }, withSignal(io, signal), clock),
    }),
    async accept(runId) {
      await using history = await openHistory(values.history)
      const run = await history.run(runId)
      const expected = run && (await history.baseline.list(run.target)).at(-1)?.runId
      const reason = `infergate deploy ${plan.deployId}`
      const by = whoAmI(io.env)
      await history.baseline.promote({ runId, expected, reason, by, at: clock.now().toISOString() })
      return `run ${runId} is the baseline of ${plan.targetName} now`
    },
  }
}

/** Held against the warm answers of the run that judged the new version. A watch that cannot go on says nothing against it. */
async function watchNew(
  values: ConfigValues,
  { watchFor, judged }: { readonly watchFor: string; readonly judged: Run | undefined },
  io: Io,
  clock: Clock,
): Promise<Judgement> {
  // The deploy rolls back by itself.
  const { onFail: _, ...options } = watchOptions({}, { ...values, watch: { ...values.watch, for: watchFor } })
  const accepted = judged ? warmAnswersOf(judged) : []
  const terms = { ...options, ...(accepted.length > 0 && { accepted }) }
  try {
    const { verdict, folder } = await watchTarget(values, terms, io, { clock })
    const word = WORDS[verdict.exitCode] ?? 'stopped'
    return { verdict: word, says: `${verdict.reasons[0] ?? `nothing was wrong for ${watchFor}`} (${folder})` }
  } catch (error) {
    if (!(error instanceof HarnessError) || io.signal.aborted) throw error
    return { verdict: 'stopped', says: error.message }
  }
}

/** Where both versions answer they are measured side by side. */
const gateValues = (plan: DeployPlan, values: ConfigValues): ConfigValues => ({
  ...values,
  target: plan.fresh,
  ...(plan.isBeside && {
    against: { targetName: `${plan.targetName}, the version that is live`, target: plan.own },
  }),
})

/** Whatever is wrong with the runs is known before anything is deployed. Throws `usage` or `config-invalid`. */
export const dryRun = (plan: DeployPlan, values: ConfigValues, { env }: Io): Promise<unknown> =>
  planRun({ command: 'gate', values: gateValues(plan, values), env })

const withoutResults = ({ reporters: _, ...flags }: RunFlags): RunFlags => flags

/** A run knows interrupts alone: its deadline is one to it. */
function withSignal(io: Io, signal: AbortSignal): Io {
  const controller = new AbortController()
  const abort = () =>
    controller.abort(
      signal.reason instanceof HarnessError
        ? signal.reason
        : new HarnessError('terminated', 'The deadline of this step has passed.'),
    )
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return { ...io, signal: controller.signal }
}

/** What the old version measured, for people. */
function measuredText({ runId, decision }: Run): string {
  const warm = decision?.measurements.find(({ name, warmth }) => name === 'e2eMsP50' && warmth === 'warm')
  const figure = warm
    ? `warm e2eMsP50 ${warm.value.toPrecision(3)} ms, n = ${warm.n}`
    : 'no warm answer was good'
  return `${figure} (run ${runId})`
}

const WORDS: Partial<Record<ExitCode, Judgement['verdict']>> = {
  [EXIT.pass]: 'PASS',
  [EXIT.fail]: 'FAIL',
  [EXIT.inconclusive]: 'INCONCLUSIVE',
}

function judgementOf(exitCode: ExitCode, ended: Run | undefined): Judgement {
  const verdict = WORDS[exitCode] ?? 'stopped'
  if (!ended) return { verdict, says: 'the run did not come to an end' }
  const { decision, error, cut } = ended
  const reason =
    verdict === 'PASS'
      ? 'every promise and limit holds'
      : (decision?.reasons[0] ?? error?.message ?? cut?.reason ?? 'it came to no verdict')
  return { verdict, runId: ended.runId, says: `${reason.replace(/\.$/, '')} (run ${ended.runId})` }
}
