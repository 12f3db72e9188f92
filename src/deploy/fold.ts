import type { ExitCode } from '../errors.ts'
import type { Before, DeployEvent, Reading, Step } from './events.ts'

/** What is known of a deploy from its journal. */
export type DeployState = {
  readonly deployId: string
  readonly target: string
  readonly startedAt: string
  readonly release?: string
  readonly before?: Before
  /** The step that was begun last and neither done nor failed: where a killed deploy died. */
  readonly open?: Step
  readonly begun: readonly Step[]
  readonly done: readonly Step[]
  readonly failure?: { readonly step: Step; readonly why: string }
  /** The run that judged the new version. */
  readonly gateRun?: string
  /** The new version, once it answered. */
  readonly fresh?: Reading
  readonly interrupted?: string
  readonly ended?: { readonly exitCode: ExitCode; readonly says: string }
}

const EMPTY: DeployState = { deployId: '', target: '', startedAt: '', begun: [], done: [] }

/** A pure fold: the same events say the same thing to whoever reads them later. */
export const foldDeploy = (events: readonly DeployEvent[]): DeployState => events.reduce(next, EMPTY)

function next(state: DeployState, event: DeployEvent): DeployState {
  switch (event.kind) {
    case 'started': {
      const { deployId, target, startedAt, release } = event
      return { ...state, deployId, target, startedAt, ...(release !== undefined && { release }) }
    }
    case 'begun': {
      // A roll-back goes on where a deploy had ended or was interrupted: what that said is over.
      const { ended: _, interrupted: __, ...rest } = state
      return { ...rest, open: event.step, begun: [...state.begun, event.step] }
    }
    case 'noted':
      return { ...state, before: event.before }
    case 'arrived':
      return { ...state, fresh: event.reading }
    case 'judged':
      return event.step === 'gate' && event.runId !== undefined ? { ...state, gateRun: event.runId } : state
    case 'done':
      return { ...closed(state, event.step), done: [...state.done, event.step] }
    case 'failed':
      return { ...closed(state, event.step), failure: state.failure ?? { step: event.step, why: event.why } }
    case 'interrupted':
      return { ...state, interrupted: event.says }
    case 'ended':
      return { ...state, ended: { exitCode: event.exitCode, says: event.says } }
    case 'ran':
    case 'answered':
      return state
  }
}

function closed({ open, ...state }: DeployState, step: Step): DeployState {
  return open === undefined || open === step ? state : { ...state, open }
}

/** Whether anything of the service may be other than before: from the first command of the deploy on. */
export const hasTouched = ({ begun }: DeployState): boolean => begun.includes('deploy')

/** How far a deploy that was interrupted had gone back, in a sentence. */
export const wayBackText = ({ begun }: DeployState): string =>
  begun.includes('roll-back') ? 'The roll-back did not come to its end.' : 'Nothing was rolled back.'

/** Whether the new version passed its gate and is live at the target's own place. */
export const isLive = ({ done, begun }: DeployState): boolean =>
  done.includes('gate') && done.includes('verify') && !begun.includes('roll-back')
