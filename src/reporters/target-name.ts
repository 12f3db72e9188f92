import type { Run, Verdict } from '../records/index.ts'

/** The target as its owner knows it: `Target staging: url http://127.0.0.1:8000, model llama-8b`. */
export function describeTarget({ target }: Pick<Verdict, 'target'>, fingerprint: Run['fingerprint']): string {
  const name = fingerprint?.targetName
  const kind = target.kind === name ? undefined : target.kind
  const where = target.container?.image ?? fingerprint?.image ?? target.url
  const model = target.model ?? fingerprint?.model
  const place = [kind, where].filter(Boolean).join(' ')
  const parts = [place, model && `model ${model}`].filter(Boolean)
  return [name === undefined ? 'Target' : `Target ${name}`, parts.join(', ')].filter(Boolean).join(': ')
}
