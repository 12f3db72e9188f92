import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest'
import { createLanes, DEFAULT_CONCURRENCY, inRunningOrder, runCheck, type Session } from '../checks/index.ts'
import type { RunFlags } from '../commands/io.ts'
import { loadSettings } from '../commands/settings.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import type { Check } from '../records/index.ts'
import { planRun } from '../run/index.ts'
import { type OpenService, openService } from './open-service.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** The check that the test stands for, with its evidence. */
    infergate?: Check
  }
}

/** What is tested, named as on the command line; without any of it the configuration decides. */
export type ServiceUnderTest = Pick<
  RunFlags,
  'target' | 'url' | 'dialect' | 'model' | 'profile' | 'faults' | 'seed' | 'config' | 'suites' | 'tags'
> & {
  /** Where the configuration is looked for; default: the working directory. */
  readonly cwd?: string
}

/** What starting, asking and stopping may take beyond the time that a start has. */
const AROUND_A_START_MS = 90_000
/** The check ends itself at a deadline that follows the pace of the service; vitest's own timeout is the net under it. */
const NET_MS = 3_600_000

/**
 * Registers each promise of the built-in suites, and of the configuration's own, as a vitest test of the same id. The service is
 * started (or found) once before them and stopped after them. Await it at the top level of a test file. Throws `usage` or
 * `config-invalid` for what is wrong before anything is started.
 */
export async function testService({ cwd = process.cwd(), ...flags }: ServiceUnderTest = {}): Promise<void> {
  const { env } = process
  const { values } = await loadSettings(flags, { cwd, env })
  const { suites, tags } = flags
  const plan = await planRun({
    ...{ command: 'check', values, env },
    selection: { ...(suites && { suites }), ...(tags && { tags }) },
  })
  const lanes = createLanes(plan.spec.maxConcurrency ?? DEFAULT_CONCURRENCY)
  describe(plan.targetName, () => {
    let service: OpenService | undefined
    beforeAll(
      async () => {
        service = await openService(plan)
      },
      plan.spec.readyTimeoutMs + (plan.spec.firstAnswerTimeoutMs ?? 0) + AROUND_A_START_MS,
    )
    afterAll(() => service?.[Symbol.asyncDispose](), AROUND_A_START_MS)
    for (const promise of inRunningOrder(plan.asked)) {
      const isAlone = promise.definition.alone !== undefined
      const options = { concurrent: !isAlone, timeout: NET_MS }
      test(promise.entry.id, options, (running) =>
        lanes.run(isAlone, () => testPromise(promise, sessionOf(service), running)),
      )
    }
  })
}

function sessionOf(service: OpenService | undefined): Session {
  if (service) return service.session
  throw new Error('The service was not started.')
}

async function testPromise(promise: DeclaredPromise, session: Session, running: TestContext): Promise<void> {
  const check = await runCheck(promise, session)
  running.task.meta.infergate = check
  if (check.outcome === 'not-applicable') running.skip(check.reason)
  if (check.outcome !== 'passed') throw new Error(explain(check))
}

/** What failed, and the commands that repeat it. */
function explain({ outcome, says, reason, evidence = [] }: Check): string {
  const exchanges = evidence.map(({ curl, outcome: seen }) => `${curl}\n  → ${seen}`)
  return [`${outcome}: ${reason}`, `promised: ${says}`, ...exchanges].join('\n\n')
}
