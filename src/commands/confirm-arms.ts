import type { KeptRun } from '../history/index.ts'
import type { Fingerprint, TargetSpec } from '../records/index.ts'
import { NOT_SHOWN, shownCommand } from '../secret-names.ts'

/** The target as it was on two nights, or why it cannot be made again. */
export type Arms = { readonly good: TargetSpec; readonly bad: TargetSpec } | { readonly cannot: string }

/** What the run of a night kept of its target is put into the target as it is configured now: all the rest is equal in both arms. */
export function armsOf(now: TargetSpec, good: KeptRun, bad: KeptRun): Arms {
  const [before, after] = [asItWas(now, good), asItWas(now, bad)]
  if (typeof before === 'string') return { cannot: before }
  if (typeof after === 'string') return { cannot: after }
  if (JSON.stringify(before) === JSON.stringify(after))
    return { cannot: 'nothing that the configuration of the target can say was different on the two nights' }
  return { good: before, bad: after }
}

function asItWas(now: TargetSpec, { runId, fingerprint }: KeptRun): TargetSpec | string {
  if (now.kind === 'url')
    return 'the target is a service that already runs, and which version answers there is not ours to choose'
  if (!fingerprint) return `run ${runId} kept nothing of its target`
  if (fingerprint.kind !== undefined && fingerprint.kind !== now.kind)
    return `run ${runId} was of a target of kind ${fingerprint.kind}, and it is a ${now.kind} now`
  const { model, profile, faults = [], image, digest } = fingerprint
  const common = now.model !== undefined && model !== undefined ? { model } : {}
  if (now.kind === 'simulator') return { ...now, ...common, profile: profile ?? now.profile, faults }
  const command = commandOf(now.command, fingerprint)
  if (!command) return `a secret stands in the command of run ${runId}, and secrets are not kept`
  if (now.kind === 'process') {
    const [program = now.command[0], ...words] = command
    return { ...now, ...common, command: [program, ...words] }
  }
  const { digest: _, ...rest } = now
  return { ...rest, ...common, command, image: image ?? now.image, ...(digest !== undefined && { digest }) }
}

/** The command of that night; undefined where a part of it was not kept. */
function commandOf(now: readonly string[], { flags }: Fingerprint): readonly string[] | undefined {
  if (!flags || flags.join('\n') === shownCommand(now).join('\n')) return now
  return flags.some((word) => word.includes(NOT_SHOWN)) ? undefined : flags
}
