import type { Evidence, Run } from '../records/index.ts'

/** What the owner needs to know of where it happened; only what the run knows. */
export function environmentOf(run: Run, came?: Evidence): readonly (readonly [string, string])[] {
  const { target, profile, fingerprint, environment } = run
  const gpu = fingerprint?.isElsewhere
    ? 'not known: the service runs on another machine'
    : fingerprint?.gpuModel
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['target', fingerprint && `${fingerprint.targetName} (${target.kind})`],
    ['url', target.url],
    ['dialect', target.dialect],
    ['engine', profile?.engine === 'unknown' ? undefined : profile?.engine],
    ['version', profile?.version ?? target.version],
    ['model', profile?.model ?? target.model ?? fingerprint?.model ?? modelIn(came)],
    ['revision', fingerprint?.revision],
    ['image', target.container?.image ?? fingerprint?.image],
    ['image digest', target.container?.imageDigest ?? fingerprint?.digest],
    ['started by', target.command?.join(' ')],
    ['GPU', gpu],
    ['GPU driver', fingerprint?.isElsewhere ? undefined : fingerprint?.gpuDriver],
    ['faults switched on', target.faults?.join(', ') || undefined],
    ['infergate', run.toolVersion],
    ['judged from', `${environment.platform}, Node ${environment.node}`],
    ['run', `${run.runId}, seed ${run.seed}`],
    ['when', run.startedAt],
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

/** As the answer names it, where nothing else does. */
function modelIn(came: Evidence | undefined): string | undefined {
  const [, name] = /"model(?:_name)?": ?"([^"\\]{1,200})"/.exec(came?.response?.body ?? '') ?? []
  return name
}
