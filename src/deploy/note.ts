import { createProbe } from '../client/index.ts'
import { HarnessError } from '../errors.ts'
import { addressOfUrl } from '../targets/index.ts'
import type { Before, Reading } from './events.ts'
import { fillCommand } from './fill.ts'
import type { Session } from './session.ts'
import { readingText } from './words.ts'

const NOTE_MS = 90_000

/** What is live before a deploy, and what answers already where the new version is to. */
export type Noted = { readonly before: Before; readonly stale: Reading }

/** Throws `config-invalid` where nobody could tell the new version from what answers now: nothing was run. */
export async function noteLive(session: Session): Promise<Noted> {
  const { plan } = session
  let noted: Noted | undefined
  const result = await session.step('note', NOTE_MS, async (signal) => {
    const reading = await session.ask('own', signal)
    session.keep({ kind: 'answered', step: 'note', atMs: session.atMs, url: session.urlOf('own'), reading })
    const generation = await createProbe().generate(addressOfUrl(plan.own), signal)
    if (reading.kind === 'none' && generation.ok)
      throw new HarnessError(
        'config-invalid',
        `${session.urlOf('own')} generates and says no version (${reading.why}): correct \`version\` of the deploy, since nobody could tell whether the new version answers. Nothing was run.`,
      )
    const before = { reading, generates: generation.ok }
    const stale = plan.isBeside ? await session.ask('fresh', signal) : reading
    requireTellable(session, stale)
    requireNewName(session, reading)
    session.keep({ kind: 'noted', atMs: session.atMs, before })
    requireFilled(session)
    noted = { before, stale }
    return { ok: true, says: saysOf(session.urlOf('own'), before, generation.ok ? '' : generation.message) }
  })
  if (noted) return noted
  throw new HarnessError('target-unreachable', result.ok ? result.says : `${result.why}. Nothing was run.`)
}

function requireTellable(session: Session, stale: Reading): void {
  const { plan } = session
  const { release, commands } = plan
  const isTold = stale.kind === 'version' && stale.boot !== undefined
  if (stale.kind === 'none' || release === undefined || stale.version !== release || isTold) return
  const how =
    commands.version.kind === 'http'
      ? 'add `bootPointer` or `bootHeader` to `version` (what is new at each start)'
      : 'deploy under another name'
  throw new HarnessError(
    'usage',
    `${session.urlOf('fresh')} answers with version ${release} already, so nobody could tell whether the new start of it answers: ${how}. Nothing was run.`,
  )
}

/** Two containers of one name cannot be, and the way back would lead to the same one. */
function requireNewName({ plan }: Session, live: Reading): void {
  const { release, commands } = plan
  if (!commands.needsNewName || live.kind === 'none' || live.version !== release) return
  throw new HarnessError(
    'usage',
    `Version ${release} is live already, and the commands of this deploy know the two versions by their names alone: deploy it under another name. Nothing was run.`,
  )
}

/** Each command has all that it needs before the first one runs. Throws `config-invalid`. */
function requireFilled(session: Session): void {
  const { plan, state, world } = session
  const values = session.values()
  const { deploy, promote = [], rollback } = plan.commands
  const isFirst = state.before?.reading.kind === 'none'
  for (const command of [...deploy, ...promote, ...(isFirst ? [] : rollback)])
    fillCommand(command, values, world.env)
}

function saysOf(url: string, { reading, generates }: Before, why: string): string {
  if (reading.kind === 'none')
    return `nothing is live at ${url}: it ${readingText(reading)}, so there is nothing to roll back to`
  return `${url} ${readingText(reading)} and ${generates ? 'generates' : `does not generate (${why})`}`
}
