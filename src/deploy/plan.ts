import type { DeployDeadlines } from '../config/index.ts'
import type { DeployCommands, UrlTarget } from '../records/index.ts'

export type { Command, DeployCommands, FieldOfAnswer, VersionProbe } from '../records/index.ts'

/** All that a deploy will do, decided before anything is run. */
export type DeployPlan = {
  readonly deployId: string
  readonly targetName: string
  /** The service where it has its traffic. */
  readonly own: UrlTarget
  /** The service where the new version answers first: beside the old one, or the same place. */
  readonly fresh: UrlTarget
  readonly isBeside: boolean
  readonly commands: DeployCommands
  /** The name of the version that is deployed; absent: whatever is not what was there before. */
  readonly release?: string
  readonly onInconclusive: 'rollback' | 'keep'
  readonly deadlines: DeployDeadlines
  /** Where commands are run. */
  readonly folder: string
  /** How long the new version is watched once it is live; absent: not at all. */
  readonly watchFor?: string
}
