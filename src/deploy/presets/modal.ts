import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { closedObject } from '../../config/closed-object.ts'
import type { Command, VersionProbe } from '../plan.ts'
import { marker, markerProbe, word } from './fields.ts'
import { definePreset } from './preset.ts'

const options = closedObject({
  kind: z.literal('modal'),
  /** What `modal deploy` is given: a file (`app.py`, `app.py::app`), or with `module` the path of a module. */
  app: word,
  module: z.boolean().optional(),
  /** The name under which the App is deployed. */
  name: word.regex(/^[\w.-]{1,64}$/, 'the name of an App has at most 64 letters, digits, ".", "_" and "-"'),
  /** The environment of Modal; without it the one of MODAL_ENVIRONMENT or of the profile. */
  env: word.optional(),
  /** Where the App tells the name of its deploy. Without it only Modal's history is asked, which does not say who answers. */
  marker: marker.optional(),
  /** `rollback` is `modal app rollback` (Team and Enterprise plans); `redeploy` deploys the earlier git commit again. */
  back: z.enum(['rollback', 'redeploy']).optional(),
})
type Options = z.infer<typeof options>

/**
 * https://modal.com: `modal deploy`, `modal app history`, `modal app rollback`, `modal app logs` of its command line: 1.4.0 or newer, without a marker 1.5.1.
 *
 * A rolling deploy returns while old containers still answer. So without a marker the old ones are stopped (`recreate`): then what is
 * newest in the history is also what answers, as Modal documents it, and the service is away for as long as a cold start takes.
 */
export const modal = definePreset('modal', options, (given) => {
  const shared = { deploy: [deploy(given, '{version}')], version: version(given), logs: logs(given) }
  return { ...shared, rollback: [given.back === 'redeploy' ? redeploy(given) : rollback(given)] }
})

const environment = ({ env }: Options): readonly string[] => (env === undefined ? [] : ['--env', env])
const strategy = ({ marker }: Options): readonly string[] =>
  marker === undefined ? ['--strategy', 'recreate'] : []

function deploy(given: Options, tag: string): Command {
  const what = given.module === true ? ['-m', given.app] : [given.app]
  const flags = ['--name', given.name, ...environment(given), '--tag', tag, ...strategy(given)]
  return { argv: ['modal', 'deploy', ...flags, ...what] }
}

/** Reads Modal's history, which numbers every deploy anew, also one that goes back. */
const historyFile = fileURLToPath(new URL(`./modal-history${extname(import.meta.url)}`, import.meta.url))
const inHistory = (verb: string, given: Options, ...rest: readonly string[]): Command => ({
  argv: [process.execPath, historyFile, verb, '--name', given.name, ...environment(given), ...rest],
})

const version = (given: Options): VersionProbe =>
  given.marker === undefined
    ? { kind: 'command', command: inHistory('newest', given) }
    : markerProbe(given.marker)

const rollback = (given: Options): Command =>
  inHistory('back', given, ...strategy(given), '--from', '{version}', '--to', '{previous}')

/** In a folder of its own, so that what is not committed here neither goes out nor is lost. */
function redeploy(given: Options): Command {
  const script = [
    'set -eu; to=$1; shift; folder=$(mktemp -d); inside=$(git rev-parse --show-prefix)',
    'trap \'git worktree remove --force "$folder"\' EXIT',
    'git worktree add --detach "$folder" "$to"',
    '(cd "$folder/$inside"; INFERGATE_VERSION=$to "$@")',
  ].join('\n')
  return { argv: ['sh', '-c', script, 'sh', '{previous}', ...deploy(given, '{previous}').argv] }
}

const logs = (given: Options): Command => ({
  argv: ['modal', 'app', 'logs', given.name, ...environment(given), '--tail', '100'],
})
