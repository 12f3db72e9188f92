/**
 * Why infergate could not measure. The code decides the exit status; the message says what, where, and the next step.
 * A broken promise of the service is never one of these: that is a finding, a value (see records/generation.ts).
 */
export type HarnessErrorCode =
  // Wrong usage or configuration: nothing was run (exit 2).
  | 'usage'
  | 'config-invalid'
  // Could not run (exit 30).
  | 'command-not-found'
  | 'port-taken'
  | 'target-died'
  | 'target-not-ready'
  | 'target-unreachable'
  | 'secret-missing'
  | 'no-container-engine'
  | 'no-gpu'
  | 'container-failed'
  | 'store-unusable'
  | 'reports-unwritable'
  | 'run-unreadable'
  | 'suites-unrunnable'
  | 'worker-crashed'
  | 'deploy-locked'
  | 'deploy-unfinished'
  // The user or the system asked us to stop (exit 130 or 143).
  | 'interrupted'
  | 'terminated'

export class HarnessError extends Error {
  override readonly name = 'HarnessError'
  readonly code: HarnessErrorCode

  constructor(code: HarnessErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  get exitCode(): ExitCode {
    if (this.code === 'usage' || this.code === 'config-invalid') return EXIT.usage
    if (this.code === 'interrupted') return EXIT.interrupted
    if (this.code === 'terminated') return EXIT.terminated
    return EXIT.couldNotRun
  }
}

export const EXIT = {
  pass: 0,
  usage: 2,
  fail: 10,
  inconclusive: 20,
  couldNotRun: 30,
  /** Of a deploy: the old version is live again, and that was verified. */
  rolledBack: 40,
  /** Of a deploy: the roll-back failed, or nobody knows whether it worked. */
  notRolledBack: 41,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
