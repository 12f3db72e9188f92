import type { Boot, Cut, Run } from '../records/index.ts'
import { counted } from './figures.ts'
import { finding, type Grounds, gap, joined, proof } from './grounds.ts'

/** How the run itself went: an error of ours, a cut, starts that never generated. */
export function judgeConduct(run: Run): Grounds {
  const { boots, cut, error, state } = run
  const broken = boots.filter(({ outcome }) => outcome !== 'generating')
  return joined([
    ...(cut ? [judgeCut(cut, run)] : []),
    ...(error ? [gap(`Could not measure (${error.code}): ${error.message}`)] : []),
    ...(boots.length === 0 && !cut && !error ? [gap('No start of the service is on record.')] : []),
    ...broken.map((boot) =>
      finding(
        boot === boots.at(-1)
          ? `The service does not generate: ${whyNot(boot)}`
          : `Start ${boot.index + 1} of the service never gave a good generation: ${whyNot(boot)}`,
      ),
    ),
    ...(state === 'killed'
      ? [gap('The run has no end on record: it was killed, or it has not ended yet.')]
      : []),
    ...(boots.length > 0 && broken.length === 0 ? [proof(generated(run))] : []),
  ])
}

const whyNot = ({ reason = 'no reason was given' }: Boot): string => reason

function generated({ boots }: Run): string {
  const started = boots.filter(({ origin }) => origin === 'started').length
  const woken = boots.filter(({ origin }) => origin === 'woken').length
  if (woken > 0) return `The service already ran, and woke ${counted(woken, 'time')} with a good generation.`
  if (started === 0) return 'The service already ran and generated.'
  return `${counted(started, 'start')} of the service ended in a good generation.`
}

function judgeCut({ kind, reason }: Cut, { target }: Run): Grounds {
  switch (kind) {
    case 'target-lost':
      // Only a process of ours is known to have ended by itself; a URL can be out of reach for reasons of the network.
      return target.kind === 'url'
        ? gap(`The service could not be reached any more: ${reason}`)
        : finding(`The service ended by itself while it was judged: ${reason}`)
    case 'time-spent':
      return gap(`The time for this run was spent: ${reason}`)
    case 'interrupted':
    case 'terminated':
      return gap(`The run was ${kind}: ${reason}`)
  }
}
