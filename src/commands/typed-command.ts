import { API_KEY, ENVIRONMENT_NAMES } from '../config/index.ts'
import { shownCommand } from '../secret-names.ts'
import type { Io } from './io.ts'

/** Where results go says nothing of what was measured. */
const OF_RESULTS = ['INFERGATE_REPORTS_DIR', 'INFERGATE_HISTORY', 'INFERGATE_REPORTERS', API_KEY]

/** The command line of a run as a record keeps it: settings of the environment first, no secret in plain sight; absent where nobody typed. */
export function typedCommand({ typed, env }: Pick<Io, 'typed' | 'env'>): readonly string[] | undefined {
  if (typed === undefined) return undefined
  const settings = ENVIRONMENT_NAMES.filter((name) => env[name] && !OF_RESULTS.includes(name)).map(
    (name) => `${name}=${env[name]}`,
  )
  return shownCommand([...settings, 'infergate', ...typed])
}
