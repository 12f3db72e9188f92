import { type Owner, spellOwner, thisOwner, whyGone } from '../owner.ts'

/** The process that deploys. `by`: who started it. */
export type Holder = Owner & { readonly by: string }

export const ownHolder = (by: string): Holder => ({ ...thisOwner(), by })

/** `elsewhere`: where it cannot be looked at from here, on another machine or among other process ids. */
export function lifeOf(holder: Holder): 'alive' | 'dead' | 'elsewhere' {
  const here = thisOwner()
  if (whyGone(spellOwner(holder), here) !== undefined) return 'dead'
  return holder.host === here.host && holder.namespace === here.namespace ? 'alive' : 'elsewhere'
}

export const holderText = ({ pid, host, by }: Holder): string => `process ${pid} of ${by} on ${host}`
