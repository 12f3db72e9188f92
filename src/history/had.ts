import type { Accepted, Route, Run } from '../records/index.ts'

/** What the service of a run had, as far as later runs may expect it; undefined for a run that never asked. */
export function hadOf({ profile }: Run): Pick<Accepted, 'capabilities' | 'routes'> | undefined {
  if (!profile) return undefined
  const { capabilities, absentRoutes = {}, missing } = profile
  const routes: readonly Route[] = [
    ...(missing.chat === undefined && capabilities.includes('chat') ? (['chat'] as const) : []),
    ...(absentRoutes.completions === undefined ? (['completions'] as const) : []),
  ]
  return { capabilities, routes }
}
