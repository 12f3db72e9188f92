export { describePlan } from './describe-plan.ts'
export type { Reading } from './events.ts'
export { type Deployed, deploy, rollBack } from './flow.ts'
export { hasTouched } from './fold.ts'
export { byHand } from './go-back.ts'
export { ownHolder } from './holder.ts'
export { openDeployJournal, readDeployJournal } from './journal.ts'
export { Ledger, type LedgerEntry } from './ledger.ts'
export {
  type Leftover,
  leftoverOf,
  leftoverText,
  mayRunBeside,
  requireFree,
  requireSafe,
} from './leftover.ts'
export { muchSlower } from './much-slower.ts'
export { nameRelease } from './name-release.ts'
export type { DeployPlan } from './plan.ts'
export { allCommands, planDeploy } from './plan-deploy.ts'
export { secretsOfDeploy } from './secrets.ts'
export { Session } from './session.ts'
export { readingText } from './words.ts'
export type { DeployParts, DeployWorld, Judgement } from './world.ts'
