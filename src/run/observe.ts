import { createClient, profileService } from '../client/index.ts'
import { HarnessError } from '../errors.ts'
import { runSuites } from '../promises/index.ts'
import type { FailureKind } from '../records/index.ts'
import { startAll } from './cold-starts.ts'
import type { Observation, Running, Tools } from './observation.ts'
import type { Plan } from './plan.ts'
import { runWarmAnswers } from './warm-answers.ts'

/**
 * Starts the service, measures it cold and warm, checks its promises. Never throws for what happens on the way: a cut or an
 * error of ours becomes a part of the observation, beside what was seen before it.
 */
export async function observe(plan: Plan, tools: Tools): Promise<Observation> {
  const observation: Observation = {
    target: plan.target,
    promises: plan.promises,
    boots: [],
    samples: [],
    checks: [],
  }
  const runStartMs = plan.clock.monotonicMs()
  try {
    await using target = await startAll(plan, observation, tools, runStartMs)
    await using client = await createClient(target.address)
    await judgeRunning({ plan, tools, observation, target, client, runStartMs })
  } catch (error) {
    noteEnd(observation, error, tools)
  }
  return observation
}

/** Once the verdict is known to be FAIL, this much more tells the cause; the rest would only be waiting. */
const AFTER_A_FAIL_MS = 60_000

/** From the first good generation on the run's time budget counts; each step leaves its result before the next begins. */
async function judgeRunning(running: Running): Promise<void> {
  const { plan, tools, observation, target, client } = running
  const { progress, io, save } = tools
  let deadlineMs = plan.clock.monotonicMs() + plan.maxSeconds * 1_000
  observation.profile = await profileService(client, io.signal)
  client.configure(observation.profile)
  observation.target = { ...target.description, ...described(observation) }
  save(observation)

  const generating = target.boot.outcome === 'generating'
  if (!generating)
    observation.cut = { kind: 'not-generating', reason: target.boot.reason ?? 'no generation succeeded' }
  if (plan.command !== 'check' && generating) {
    progress.phase('warm answers', plan.bench.warmRequests)
    const broken = await runWarmAnswers(running, deadlineMs)
    if (broken) deadlineMs = Math.min(deadlineMs, plan.clock.monotonicMs() + AFTER_A_FAIL_MS)
    save(observation)
  }
  if (plan.command !== 'bench') await runChecks(running, deadlineMs)
  await noteLost(running)
  save(observation)
}

async function runChecks({ plan, tools, observation, target }: Running, deadlineMs: number): Promise<void> {
  const { progress, io } = tools
  const lost = new AbortController()
  const left = deadlineMs - plan.clock.monotonicMs()
  const { errors } = await runSuites({
    address: target.address,
    profile: observation.profile ?? { engine: 'unknown', capabilities: [], missing: {} },
    boots: observation.boots,
    seed: plan.seed,
    checkDeadlineMs: plan.checkSeconds * 1_000,
    deadlineAtEpochMs: plan.clock.now().getTime() + left,
    userFiles: plan.userFiles,
    ...(plan.selection?.suites && { suites: plan.selection.suites }),
    ...(plan.selection?.tags && { tags: plan.selection.tags }),
    signal: AbortSignal.any([io.signal, lost.signal]),
    onStart: (total) => progress.phase('checks', total),
    onCheck(check) {
      observation.checks.push(check)
      progress.step()
      if (check.outcome === 'failed') progress.warn(`${check.id}: ${check.reason ?? ''}`)
      if (target.exit()) lost.abort()
    },
  })
  io.signal.throwIfAborted()
  if (errors.length > 0 && !target.exit())
    throw new HarnessError(
      'suites-unrunnable',
      `The suites did not run as they should: ${errors.join('; ')}.`,
    )
}

/** A service that ended by itself under test has broken a promise, whatever the checks before it said. */
async function noteLost({ plan, observation, target, client }: Running): Promise<void> {
  await settleExit({ plan, target, client })
  const exit = target.exit()
  if (!exit) return
  const how = exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code}`
  const tail = target.logTail().slice(-5).join(' | ')
  observation.cut = {
    kind: 'target-lost',
    reason: `the service process ended by itself (${how}) during the run; its last lines: ${tail}`,
  }
}

/** How long a service that no longer listens may take to be gone: vLLM sweeps up after its engine. */
const GOING_MS = 10_000

/** A service that was started and refuses connections is about to end; how it ends is worth a moment. */
async function settleExit({
  plan,
  target,
  client,
}: Pick<Running, 'plan' | 'target' | 'client'>): Promise<void> {
  if (plan.spec.kind === 'url') return
  const endMs = plan.clock.monotonicMs() + GOING_MS
  while (!target.exit() && plan.clock.monotonicMs() < endMs) {
    const health = await client.call('health', { timeoutMs: 2_000 })
    if (health.outcome === 'completed' || !GONE.has(health.failure)) return
    await plan.clock.sleep(100)
  }
}

const GONE: ReadonlySet<FailureKind> = new Set(['connect', 'reset'])

const described = ({ profile }: Observation) => ({
  ...(profile?.model && { model: profile.model }),
  ...(profile?.version && { version: profile.version }),
})

function noteEnd(observation: Observation, error: unknown, { progress }: Tools): void {
  // Anything else is a bug of ours: it must crash as one.
  if (!(error instanceof HarnessError)) throw error
  if (error.code === 'interrupted' || error.code === 'terminated')
    observation.cut = { kind: error.code, reason: error.message }
  else {
    observation.error = { code: error.code, message: error.message }
    progress.warn(error.message)
  }
}
