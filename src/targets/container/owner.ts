import { type Owner, spellOwner, thisOwner, whyGone } from '../../owner.ts'

/** Labels of everything that infergate leaves with an engine: who made it, for which run, and when anyone may remove it. */
export const LABELS = {
  owner: 'infergate.owner',
  run: 'infergate.run',
  expires: 'infergate.expires',
} as const

export const ownerLabels = (runId: string, expires: Date, owner = thisOwner()): Record<string, string> => ({
  [LABELS.owner]: spellOwner(owner),
  [LABELS.run]: runId,
  [LABELS.expires]: expires.toISOString(),
})

/**
 * Why what carries these labels may be removed; undefined while it must stay. The owner's death can be seen only where its
 * process ids are ours too; elsewhere its time to live decides.
 */
export function leftoverReason(
  labels: Readonly<Record<string, string>>,
  now: Date,
  here: Owner = thisOwner(),
): string | undefined {
  const expires = Date.parse(labels[LABELS.expires] ?? '')
  if (expires <= now.getTime()) return `its time to live ended at ${labels[LABELS.expires]}`
  return whyGone(labels[LABELS.owner] ?? '', here)
}
