import { relative } from 'node:path'
import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Check, PromiseEntry } from '../records/index.ts'
// For its `declare module`: without it vitest's task meta has no `infergate`.
import type {} from './vitest-setup.ts'

export type SuiteReporterOptions = {
  readonly expected: readonly PromiseEntry[]
  onCheck?(check: Check): void
  onStart?(total: number): void
}

/** Listens to vitest: hands on each check as it ends, and keeps whatever went wrong around the checks. Prints nothing. */
export class SuiteReporter implements Reporter {
  readonly checks: Check[] = []
  readonly errors: string[] = []
  readonly #options: SuiteReporterOptions
  readonly #added = new Set<string>()

  constructor(options: SuiteReporterOptions) {
    this.#options = options
  }

  onTestModuleCollected(module: TestModule): void {
    const { expected, onStart } = this.#options
    const before = this.#added.size
    for (const { name, options } of module.children.allTests())
      if (options.mode === 'run' && !expected.some(({ id }) => id === name)) this.#added.add(name)
    if (this.#added.size > before) onStart?.(expected.length + this.#added.size)
  }

  onTestCaseResult(test: TestCase): void {
    const check = test.meta().infergate
    const result = test.result()
    if (check !== undefined) {
      if (this.checks.some(({ id }) => id === check.id))
        this.errors.push(`the promise ${check.id} stands twice`)
      this.checks.push(check)
      this.#options.onCheck?.(check)
    } else if (result.state === 'failed')
      this.errors.push(`${test.name} ended without a record: ${firstLine(result.errors)}`)
  }

  onTestModuleEnd(module: TestModule): void {
    const errors = module.errors()
    const name = relative(process.cwd(), module.moduleId)
    if (errors.length > 0) this.errors.push(`${name} does not load: ${firstLine(errors)}`)
    else if ([...module.children.allTests()].length === 0) this.errors.push(`${name} makes no promise`)
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const error of unhandled) this.errors.push(`an error outside any check: ${firstLine([error])}`)
    const missed = this.#options.expected.filter(({ id }) => !this.checks.some((check) => check.id === id))
    if (missed.length > 0)
      this.errors.push(`not judged: ${missed.length} promises, such as ${missed[0]?.id ?? 'none'}`)
  }
}

const firstLine = (errors: readonly { readonly message?: string }[] | undefined): string =>
  (errors?.[0]?.message ?? 'no message').split('\n', 1)[0] ?? ''
