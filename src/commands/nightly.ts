import { type Clock, systemClock } from '../clock.ts'
import { type ConfigValues, didYouMean } from '../config/index.ts'
import { type ExitCode, HarnessError } from '../errors.ts'
import type { Io, RunFlags } from './io.ts'
import { judgeTarget } from './judge.ts'
import { acceptedNights, sayClock } from './nightly-baseline.ts'
import { measureReference, referenceSettings } from './nightly-reference.ts'
import { showNight } from './nightly-trend.ts'
import { loadSettings } from './settings.ts'

const FEWEST_STARTS = 3

/**
 * A night: the reference target, then the candidate, each of at least three starts. The candidate is held against its accepted nights,
 * is one more night of its series, and their trend is shown. The exit code is that of the candidate's verdict.
 */
export async function runNightly(flags: RunFlags, io: Io, clock: Clock = systemClock): Promise<ExitCode> {
  const { values, targetNames } = await loadSettings(flags, io)
  requireStarts(values)
  const name = values.nightly?.reference
  if (name !== undefined) requireReference(name, values.targetName, targetNames)
  if (flags.plan) return planNight(values, name, flags, io)
  if (values.target.kind === 'url') say(io, `${values.targetName} already runs: ${ONE_START}`)
  await sayClock(values, io, clock)
  if (name === undefined) say(io, NO_REFERENCE)
  const measured = name === undefined ? undefined : await measureReference(name, flags, io)
  if (measured?.stoppedBy !== undefined) {
    say(io, `The night ended before ${values.targetName} was measured, so it is no point of a series.`)
    return measured.stoppedBy
  }
  const night = { ...(measured?.reference && { reference: measured.reference }) }
  const { exitCode, ended } = await judgeTarget('bench', values, flags, io, async (start) => {
    const baseline = await acceptedNights(values.history, { ...start, night }, io)
    return { night, ...(baseline && { baseline }) }
  })
  if (ended) await showNight(values, ended, flags, io)
  return exitCode
}

/** What each of its two runs would cost. */
async function planNight(
  values: ConfigValues,
  name: string | undefined,
  flags: RunFlags,
  io: Io,
): Promise<ExitCode> {
  if (name !== undefined) {
    const { against, ...settings } = await referenceSettings(name, flags, io)
    await judgeTarget('bench', { ...settings, ...against }, flags, io)
  }
  return (await judgeTarget('bench', values, flags, io)).exitCode
}

const ONE_START = 'its night has one start and no cold start, so how much starts differ is not known.'
const NO_REFERENCE =
  'This night has no reference target, so what the machine does by itself is in its figures: set `nightly.reference` in the configuration, or give --reference TARGET.'

export const say = (io: Io, text: string): void => io.stderr(`${text}\n`)

/** A service that already runs is found once; any other is started as often as a spread needs. */
function requireStarts({ target, bench }: ConfigValues): void {
  if (target.kind === 'url' || bench.coldStarts >= FEWEST_STARTS) return
  throw new HarnessError(
    'usage',
    `A night needs at least ${FEWEST_STARTS} starts, and bench.coldStarts is ${bench.coldStarts}: raise it there or in INFERGATE_COLD_STARTS.`,
  )
}

function requireReference(name: string, targetName: string, targetNames: readonly string[]): void {
  if (name === targetName)
    throw new HarnessError(
      'usage',
      `${name} cannot be its own reference: name a target whose image or revision stays the same.`,
    )
  const known = [...targetNames, 'simulator']
  if (!known.includes(name))
    throw new HarnessError(
      'usage',
      `There is no target "${name}" for a reference: ${didYouMean(name, known)}`,
    )
}
