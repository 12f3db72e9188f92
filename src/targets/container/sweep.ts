import type { Clock } from '../../clock.ts'
import { isGone } from './daemon-error.ts'
import type { Docker } from './engine.ts'
import { LABELS, leftoverReason } from './owner.ts'

/** Removes what runs that ended without a word (kill −9, power) left with the engine; says what and why. */
export async function sweepLeftovers(docker: Docker, clock: Clock): Promise<readonly string[]> {
  const filters = { label: [LABELS.owner] }
  const now = clock.now()
  const said: string[] = []
  for (const { Id, Image, Labels } of await docker.listContainers({ all: true, filters })) {
    const reason = leftoverReason(Labels, now)
    if (reason === undefined) continue
    await docker.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)
    said.push(
      `removed container ${Id.slice(0, 12)} of ${Image}, left by run ${Labels[LABELS.run]}: ${reason}`,
    )
  }
  for (const { Id, Labels } of await docker.listImages({ all: true, filters })) {
    const reason = leftoverReason(Labels ?? {}, now)
    if (reason === undefined) continue
    await docker.getImage(Id).remove({ force: true }).catch(unlessGone)
    said.push(`removed the empty image ${Id.slice(7, 19)} that a look for GPUs left: ${reason}`)
  }
  return said
}

/** Two runs may sweep at once. */
export function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error
}
