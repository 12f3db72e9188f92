import { createClient, findDialectMistake } from '../client/index.ts'
import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { Boot, Probe, ProbeOutcome, RunningTarget, ServiceAddress } from '../records/index.ts'
import type { Plan } from './plan.ts'

const INQUIRY_MS = 10_000
/** Refusals that say nothing of the model: credentials, and "later". */
const OTHER_REFUSALS: readonly number[] = [401, 403, 408, 425, 429]

/**
 * The readiness wait's eyes, which see a mistyped model at the first generation that is refused. Throws `config-invalid`
 * where the service lists other models only; whoever started it stops it. A model that was served before is the service's loss.
 */
export function refusingUnknownModels(probe: Probe, { acceptedBefore }: Plan): Probe {
  if (acceptedBefore) return probe
  return {
    ...probe,
    async generate(address, signal) {
      const outcome = await probe.generate(address, signal)
      if (isRefused(outcome)) await requireListedModel(address, signal)
      return outcome
    },
  }
}

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
 * Where a dialect of the user's meets a service for the first time and nothing was ever generated through it, it may be the
 * dialect that is wrong. Throws `config-invalid` with what does not fit. A service that answers in the dialect's own terms that
 * it failed, or has no text at all, is broken, and so is one that passed before.
 */
export async function refuseWrongDialect(
  { spec, acceptedBefore }: Plan,
  target: RunningTarget,
  boots: readonly Boot[],
  signal: AbortSignal,
): Promise<void> {
  const { dialectModule } = spec
  if (dialectModule === undefined || acceptedBefore) return
  if (boots.some(({ outcome }) => outcome === 'generating')) return
  await using client = await createClient(target.address)
  const mistake = await findDialectMistake(client, { signal, timeoutMs: INQUIRY_MS })
  if (mistake === undefined) return
  throw new HarnessError(
    'config-invalid',
    `The dialect ${dialectModule} does not fit the service: ${mistake} in it, and run again. If the service is what changed, it has to answer in its old contract first.`,
  )
}
