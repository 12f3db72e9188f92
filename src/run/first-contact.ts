import { createClient, findDialectMistake } from '../client/index.ts'
import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type {
  Boot,
  FailureKind,
  Probe,
  ProbeOutcome,
  RunningTarget,
  ServiceAddress,
} from '../records/index.ts'
import type { Plan } from './plan.ts'

const INQUIRY_MS = 10_000
/** The service said something, and no good generation was read in it. */
const ANSWERED: readonly string[] = ['malformed-body', 'service-error'] satisfies FailureKind[]
/** Refusals that say nothing of the model: credentials, and "later". */
const OTHER_REFUSALS: readonly number[] = [401, 403, 408, 425, 429]

/**
 * The readiness wait's eyes, which see a mistake of the user's at the first generation that fails: a model that the service does
 * not list, a dialect that does not fit. Throws `config-invalid`; whoever started the service stops it. What was accepted
 * before is the service's loss.
 */
export function refusingMistakes(probe: Probe, { spec, acceptedBefore }: Plan): Probe {
  if (acceptedBefore) return probe
  // A service that is starting may still be putting its routes up: its dialect is looked at once the wait is over.
  let looksAtDialect = spec.kind === 'url' && spec.dialectModule !== undefined
  return {
    ...probe,
    async generate(address, signal) {
      const outcome = await probe.generate(address, signal)
      if (isRefused(outcome)) await requireListedModel(address, signal)
      if (looksAtDialect && isAnswered(outcome)) {
        looksAtDialect = false
        await refuseMisfit(address, signal)
      }
      return outcome
    },
  }
}

const isAnswered = (outcome: ProbeOutcome): boolean =>
  !outcome.ok && (isRefused(outcome) || ANSWERED.includes(outcome.failure))

const isRefused = (outcome: ProbeOutcome): boolean =>
  !outcome.ok &&
  outcome.status !== undefined &&
  outcome.status >= 400 &&
  outcome.status <= 499 &&
  !OTHER_REFUSALS.includes(outcome.status)

/** A router may serve what it does not list, so only a model that was refused is looked up. */
async function requireListedModel(address: ServiceAddress, signal: AbortSignal): Promise<void> {
  const { model } = address
  if (model === undefined) return
  await using client = await createClient(address)
  const { models } = client.dialect
  if (!models || !client.has('models')) return
  const reply = await client.call('models', { signal, timeoutMs: INQUIRY_MS })
  const listed = reply.outcome === 'completed' ? listedIn(models, reply.json) : []
  if (listed.length === 0 || listed.includes(model)) return
  throw new HarnessError(
    'config-invalid',
    `The service has no model "${model}": ${didYouMean(model, listed)} Correct --model or \`model\` of the target, or leave it out to ask for the first.`,
  )
}

function listedIn(models: (body: unknown) => readonly string[], body: unknown): readonly string[] {
  try {
    return models(body)
  } catch {
    // An ill-shaped list is a finding of the checks.
    return []
  }
}

/**
 * The same for a service that was started, at the end of its wait. A service that answers in the dialect's own terms that it
 * failed, or has no text at all, is broken.
 */
export async function refuseWrongDialect(
  { spec, acceptedBefore }: Plan,
  target: RunningTarget,
  boots: readonly Boot[],
  signal: AbortSignal,
): Promise<void> {
  const hasGenerated = boots.some(({ outcome }) => outcome === 'generating')
  if (spec.dialectModule === undefined || acceptedBefore || hasGenerated) return
  await refuseMisfit(target.address, signal)
}

async function refuseMisfit(address: ServiceAddress, signal: AbortSignal): Promise<void> {
  await using client = await createClient(address)
  const mistake = await findDialectMistake(client, { signal, timeoutMs: INQUIRY_MS })
  if (mistake === undefined) return
  throw new HarnessError(
    'config-invalid',
    `The dialect ${address.dialectModule} does not fit the service: ${mistake} in it, and run again. If the service is what changed, it has to answer in its old contract first.`,
  )
}
