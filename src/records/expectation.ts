import type { Capability, Route } from './service.ts'

/** What a user says that a target has. Absent: nothing was said, which is not the same as an empty list. */
export type Expects = {
  readonly capabilities?: readonly Capability[]
  readonly routes?: readonly Route[]
}

/** What the last accepted run of a target had: its promoted baseline, else the last complete PASS under its name. */
export type Accepted = {
  readonly runId: string
  readonly startedAt: string
  readonly capabilities: readonly Capability[]
  readonly routes: readonly Route[]
}

/** What a run expects of its service, decided before it: what is missing then is a finding. */
export type Expectation = Expects & {
  /** What is remembered, without what the user himself speaks about. */
  readonly accepted?: Accepted
}
