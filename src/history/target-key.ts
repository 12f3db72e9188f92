import type { TargetDescription } from '../records/index.ts'

/** Where a target is: what tells two of the same kind and model apart. */
export function placeOf({ url, profile, command, faults = [], kind }: TargetDescription): string {
  // A process or simulator has a new port each time, so its URL is no place.
  const place = kind === 'url' ? url : (profile ?? command?.join(' '))
  return [place ?? '', ...faults.toSorted()].filter(Boolean).join('+')
}

/** The name of a series: runs of one target, comparable with each other. */
export function targetKey(target: TargetDescription): string {
  return [target.kind, target.dialect, target.model, placeOf(target)].filter(Boolean).join('/')
}
