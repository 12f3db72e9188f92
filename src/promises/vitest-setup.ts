import { afterAll, inject, type TestContext, test } from 'vitest'
import type { Check, PromiseEntry } from '../records/index.ts'
import { installRegistrar, type SuiteContext } from './context.ts'
import type { PromiseDefinition } from './definition.ts'
import { resolveOwnPackage } from './own-package.ts'
import { runCheck } from './run-check.ts'
import { sessionFor } from './session.ts'

/** vitest loads this before each suite file: from here on `promise` registers a test. */
declare module 'vitest' {
  interface ProvidedContext {
    infergate: SuiteContext
  }
  interface TaskMeta {
    infergate?: Check
  }
}

const context = inject('infergate')
const session = sessionFor(context)
resolveOwnPackage()
installRegistrar({
  add(entry, definition) {
    if (isSelected(entry)) register(entry, definition as PromiseDefinition)
    else test(entry.id, { skip: true }, () => {})
  },
})

afterAll(() => installRegistrar(undefined))

const isSelected = ({ suite, tags }: PromiseEntry): boolean =>
  (context.suites?.includes(suite) ?? true) && (context.tags?.some((tag) => tags.includes(tag)) ?? true)

function register(entry: PromiseEntry, definition: PromiseDefinition): void {
  // The check ends itself at its deadline; vitest's own timeout is the net under it.
  const timeout = (definition.deadlineMs ?? context.checkDeadlineMs) + 10_000
  test(entry.id, { timeout }, async (running: TestContext) => {
    const check = await runCheck(entry, definition, session)
    running.task.meta.infergate = check
    if (check.outcome === 'not-applicable') running.skip(check.reason)
    if (check.outcome !== 'passed') throw new Error(explain(check))
  })
}

/** For people who run the suites by plain vitest: what failed, and the commands that repeat it. */
function explain({ outcome, says, reason, evidence = [] }: Check): string {
  const exchanges = evidence.map(({ curl, outcome }) => `${curl}\n  → ${outcome}`)
  return [`${outcome}: ${reason}`, `promised: ${says}`, ...exchanges].join('\n\n')
}
