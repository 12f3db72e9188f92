import { closestMatch } from 'leven'
import { HarnessError } from '../../errors.ts'
import type { SimulatorDialect } from '../simulator.ts'
import { answerFaults } from './answers.ts'
import { besideFaults } from './beside.ts'
import { constrainedTextFaults } from './constrained-text.ts'
import { constraintFaults } from './constraints.ts'
import { crowdFaults } from './crowds.ts'
import { edgeFaults } from './edges.ts'
import type { Fault } from './fault.ts'
import { fieldFaults } from './fields.ts'
import { contentFaults } from './form-contents.ts'
import { fieldFormFaults } from './form-fields.ts'
import { listFaults } from './form-lists.ts'
import { generationFaults } from './generation.ts'
import { healthFaults } from './health.ts'
import { identityFaults } from './identity.ts'
import { lifecycleFaults } from './lifecycle.ts'
import { loadFaults } from './load.ts'
import { logprobFaults } from './logprobs.ts'
import { promptTextFaults } from './prompt-texts.ts'
import { readinessFaults } from './readiness.ts'
import { refusalFaults } from './refusals.ts'
import { responseStreamFaults } from './response-streams.ts'
import { responseFaults } from './responses.ts'
import { streamFieldFaults } from './stream-fields.ts'
import { streamingFaults } from './streaming.ts'
import { tokenizeFaults } from './tokenize.ts'
import { toolStreamFaults } from './tool-streams.ts'
import { toolTextFaults } from './tool-texts.ts'
import { toolFaults } from './tools.ts'
import { waitFaults } from './waits.ts'

/** Every fault that can be switched on, family by family. */
export const FAULTS: readonly Fault[] = [
  ...healthFaults,
  ...readinessFaults,
  ...lifecycleFaults,
  ...generationFaults,
  ...fieldFaults,
  ...logprobFaults,
  ...streamingFaults,
  ...streamFieldFaults,
  ...answerFaults,
  ...contentFaults,
  ...promptTextFaults,
  ...fieldFormFaults,
  ...listFaults,
  ...identityFaults,
  ...refusalFaults,
  ...loadFaults,
  ...crowdFaults,
  ...constraintFaults,
  ...besideFaults,
  ...constrainedTextFaults,
  ...toolFaults,
  ...toolStreamFaults,
  ...toolTextFaults,
  ...responseFaults,
  ...responseStreamFaults,
  ...tokenizeFaults,
  ...waitFaults,
  ...edgeFaults,
]

/**
 * The faults that these switches mean, in this order; a switch is an id, or `id:factor=1.1` for a fault with a factor. Throws
 * `usage` for one that does not exist, cannot show in the dialect or has no such factor.
 */
export function findFaults(switches: readonly string[], dialect: SimulatorDialect): readonly Fault[] {
  return switches.map((typed) => {
    const [id = '', setting] = typed.split(':', 2)
    const fault = FAULTS.find((fault) => fault.id === id)
    if (!fault) throw new HarnessError('usage', `There is no fault "${id}".${suggestion(id)}`)
    if (!fault.dialects.includes(dialect))
      throw new HarnessError(
        'usage',
        `The fault ${id} cannot show in the dialect ${dialect}, only in ${fault.dialects.join(', ')}: choose that dialect.`,
      )
    if (setting === undefined) return fault
    const factor = factorOf(fault, setting)
    return { ...fault, arm: (server) => fault.arm(server, factor) }
  })
}

/** At 1 nothing is slower, and above 1000 nothing ends. */
const [LEAST, MOST] = [1, 1_000]

function factorOf({ id, factor }: Fault, setting: string): number {
  const [, text = ''] = /^factor=(\d+(?:\.\d+)?)$/.exec(setting) ?? []
  const value = Number(text)
  if (factor === undefined)
    throw new HarnessError('usage', `The fault ${id} has no factor: leave ":${setting}" out.`)
  if (text === '' || value < LEAST || value > MOST)
    throw new HarnessError(
      'usage',
      `"${setting}" is no setting of the fault ${id}: write ${id}:factor=1.1, a number from ${LEAST} to ${MOST}.`,
    )
  return value
}

function suggestion(id: string): string {
  const maxDistance = Math.max(2, Math.floor(id.length / 3))
  const meant = closestMatch(
    id,
    FAULTS.map((fault) => fault.id),
    { maxDistance },
  )
  if (meant !== undefined) return ` Did you mean "${meant}"?`
  return ' `infergate simulate --list-faults` shows all of them.'
}
