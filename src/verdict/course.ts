import type { Cut, Run } from '../records/index.ts'
import { counted } from './figures.ts'
import { doubt, finding, joined, type Part, proof } from './part.ts'

/** How the run itself went: an error of ours, a cut, starts that never generated. */
export function judgeCourse(run: Run): Part {
  const { boots, cut, error } = run
  const broken = boots.filter(({ outcome }) => outcome !== 'generating')
  // A start that we broke off, or that the cut already tells of, is no finding of its own.
  const told = error !== undefined || cut !== undefined
  return joined([
    ...(cut ? [judgeCut(cut, run)] : []),
    ...(error ? [doubt(`Could not measure (${error.code}): ${error.message}`)] : []),
    ...(boots.length === 0 ? [doubt('No start of the service is on record.')] : []),
    ...broken.map(({ index, reason = 'no reason was given' }) => {
      const sentence = `Start ${index + 1} of the service never gave a good generation: ${reason}`
      return told ? doubt(sentence) : finding(sentence)
    }),
    ...(boots.length > 0 && broken.length === 0 ? [proof(generated(run))] : []),
  ])
}

function generated({ boots }: Run): string {
  const started = boots.filter(({ origin }) => origin === 'started').length
  if (started === 0) return 'The service already ran and generated.'
  return `${counted(started, 'start')} of the service ended in a good generation.`
}

function judgeCut({ kind, reason }: Cut, { target }: Run): Part {
  switch (kind) {
    case 'not-generating':
      return finding(`The service does not generate: ${reason}`)
    case 'target-lost':
      // Only a process of ours is known to have ended by itself; a URL can be out of reach for reasons of the network.
      return target.kind === 'url'
        ? doubt(`The service could not be reached any more: ${reason}`)
        : finding(`The service ended by itself while it was judged: ${reason}`)
    case 'time-spent':
      return doubt(`The time for this run was spent: ${reason}`)
    case 'interrupted':
    case 'terminated':
      return doubt(`The run was ${kind}: ${reason}`)
  }
}
