import { dirname, extname } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { TestSpecification, Vitest } from 'vitest/node'
import { HarnessError } from '../errors.ts'
import type { Check } from '../records/index.ts'
import { loadPromises } from './closed-list.ts'
import type { SuiteContext } from './context.ts'
import { chooseFiles } from './suite-files.ts'
import { SuiteReporter } from './suite-reporter.ts'

export type RunSuitesOptions = SuiteContext & {
  /** Suite files of the user's, run after the built-in ones. */
  readonly userFiles?: readonly string[]
  readonly signal?: AbortSignal
  onCheck?(check: Check): void
  /** How many checks are expected; called again when a user's file turns out to add some. */
  onStart?(total: number): void
}

export type SuitesResult = {
  readonly checks: readonly Check[]
  /** What kept suites from running as they should. Not empty: no verdict of PASS can rest on the checks. */
  readonly errors: readonly string[]
}

/** Runs the suites in this process's vitest, one worker, one file after the other; each check is handed on as it ends. */
export async function runSuites(options: RunSuitesOptions): Promise<SuitesResult> {
  const { userFiles = [], signal, onCheck, onStart, ...context } = options
  const { suites } = context
  const { files, errors } = chooseFiles(suites, userFiles)
  if (files.length === 0) return { checks: [], errors: [...errors, 'no suite file was chosen'] }

  const expected = loadPromises().filter(
    ({ suite, tags }) =>
      (suites?.includes(suite) ?? true) && (context.tags?.some((tag) => tags.includes(tag)) ?? true),
  )
  onStart?.(expected.length)
  const reporter = new SuiteReporter({ expected, ...(onCheck && { onCheck }), ...(onStart && { onStart }) })
  using _signals = keepSignals()
  const ended = new Int32Array(new SharedArrayBuffer(4))
  const end = () => endRun(ended)
  const vitest = await startVitest(files, { ...context, ended }, reporter)
  signal?.addEventListener('abort', end, { once: true })
  if (signal?.aborted) end()
  try {
    const project = vitest.getRootProject()
    await vitest.runTestSpecifications(files.map((file) => project.createSpecification(file)))
  } finally {
    signal?.removeEventListener('abort', end)
    await vitest.close()
  }
  return { checks: reporter.checks, errors: [...errors, ...reporter.errors] }
}

/** Not vitest's own cancellation: one that comes while a run is set up, or between two tests, is forgotten. */
function endRun(ended: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(ended, 0, 1)
  Atomics.notify(ended, 0)
}

/**
 * vitest listens to SIGINT and SIGTERM in this process and exits at once, before a partial report is written and the target
 * is stopped. What a signal means is for whoever started the run to say: listeners that come while it lasts are dropped.
 */
function keepSignals(): Disposable {
  const drop = (event: string | symbol, listener: () => void) => {
    // After it was added, and before any signal can be delivered.
    if (event === 'SIGINT' || event === 'SIGTERM') queueMicrotask(() => process.off(event, listener))
  }
  process.on('newListener', drop)
  return { [Symbol.dispose]: () => void process.off('newListener', drop) }
}

/** Suites run as given: what decides first comes first, whatever vitest remembers of earlier runs. */
class InGivenOrder {
  shard = (files: TestSpecification[]) => files
  sort = (files: TestSpecification[]) => files
}

async function startVitest(
  files: readonly string[],
  context: SuiteContext,
  reporter: SuiteReporter,
): Promise<Vitest> {
  const { createVitest } = await import('vitest/node')
  const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() })
  const setup = fileURLToPath(new URL(`./vitest-setup${extname(import.meta.url)}`, import.meta.url))
  try {
    return await createVitest(
      {
        // No config file: the user's own vitest.config is for the user's own tests.
        config: false,
        root: dirname(files[0] ?? ''),
        // Nothing is remembered: both caches would lie in a node_modules of their own beside the suites, a user's too.
        cache: false,
        fsModuleCache: false,
        watch: false,
        run: true,
        reporters: [reporter],
        setupFiles: [setup],
        include: [...files],
        exclude: [],
        passWithNoTests: false,
        retry: 0,
        // One thread and one module graph: the session outlives each file, and nothing competes with what is timed.
        pool: 'threads',
        isolate: false,
        fileParallelism: false,
        maxWorkers: 1,
        sequence: { concurrent: false, shuffle: false, sequencer: InGivenOrder },
        // Node's own loader: a suite resolves `#infergate` and `infergate` as any other file does.
        experimental: { viteModuleRunner: false, nodeLoader: false },
        provide: { infergate: context },
      },
      { clearScreen: false, logLevel: 'silent' },
      { stdout: silent(), stderr: silent() },
    )
  } catch (cause) {
    throw new HarnessError('suites-unrunnable', `vitest does not start: ${(cause as Error).message}`, {
      cause,
    })
  }
}
