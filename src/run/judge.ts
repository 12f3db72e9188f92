import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Io, RunFlags } from '../commands/io.ts'
import type { ExitCode } from '../errors.ts'
import { openHistory } from '../history/index.ts'
import type { Run } from '../records/index.ts'
import { createProgress, openRunFolder, publishReport } from '../reporters/index.ts'
import { decide } from '../verdict/index.ts'
import type { Observation } from './observation.ts'
import { observe } from './observe.ts'
import { type Plan, planRun } from './plan.ts'

/**
 * The story of a run: plan it, observe the service, decide, report. Throws `HarnessError` only for what is known before any
 * load is sent; from then on whatever happens ends in a verdict with its evidence on disk.
 */
export async function judge(command: Run['command'], flags: RunFlags, io: Io): Promise<ExitCode> {
  const plan = await planRun(command, flags, io)
  using history = openHistory(plan.historyFile)
  using folder = await openRunFolder(plan.reportsDir, plan.runId)
  const progress = createProgress(io, { quiet: plan.quiet })
  const startedMs = plan.clock.monotonicMs()
  const describe = (observation: Observation): Run =>
    toRun(plan, observation, plan.clock.monotonicMs() - startedMs)

  const observation = await observe(plan, {
    folder,
    progress,
    io,
    save: (partial) => folder.writeRun(describe(partial)),
  })
  const run = describe(observation)
  const verdict = decide({ run, promises: observation.promises, samples: observation.samples })

  folder.writeReports(run, verdict)
  history.record(run, verdict)
  publishReport({ run, verdict, samples: observation.samples }, { ...io, choices: plan.reporters })
  progress.verdict(verdict, join(folder.path, 'report.md'), run)
  return verdict.exitCode
}

function toRun(plan: Plan, observation: Observation, durationMs: number): Run {
  const { boots, checks, target, cut, error } = observation
  return {
    runId: plan.runId,
    command: plan.command,
    startedAt: plan.startedAt,
    durationMs,
    seed: plan.seed,
    toolVersion: plan.toolVersion,
    target,
    policy: plan.policy,
    environment: {
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      ci: Boolean(plan.env['CI']),
    },
    boots,
    checks,
    ...(plan.selection && { selection: plan.selection }),
    ...(cut && { cut }),
    ...(error && { error }),
  }
}
