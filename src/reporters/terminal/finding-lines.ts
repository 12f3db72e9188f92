import type { Verdict } from '../../records/index.ts'
import { countOf } from '../figures.ts'
import { causes, type FoundCause } from '../findings.ts'
import { isNotRun } from '../not-judged.ts'
import { oneLine, visible } from '../safe-text.ts'
import { wrapTo } from './fit.ts'
import type { Paint } from './paint.ts'

const WORST = 5
/** A longer one is not copied by eye, and would push the verdict away: it stands in the report, whole. */
const LONGEST_CURL = 300

export type Place = { readonly reportFile: string; readonly columns: number; readonly paint: Paint }

/** The five worst causes, each once: which checks show it, and what to do next. Those that were not run share a line a reason. */
export function findingLines(verdict: Verdict, place: Place): readonly string[] {
  const { yes: notRun = [], no: seen = [] } = Object.groupBy(causes(verdict), (one) =>
    isNotRun(one) ? 'yes' : 'no',
  )
  const more = seen.length - WORST
  return [
    ...seen.slice(0, WORST).flatMap((cause) => describeCause(cause, verdict, place)),
    ...(more > 0
      ? wrapTo(`    And ${countOf(more, 'more finding')} in ${place.reportFile}`, place.columns, '    ')
      : []),
    ...notRun.flatMap(({ reason, others }) =>
      headline('INCONCLUSIVE', `${countOf(1 + others.length, 'check')}, ${oneLine(reason)}`, place),
    ),
  ]
}

function describeCause(cause: FoundCause, verdict: Verdict, place: Place): readonly string[] {
  const { id, outcome, required, reason, others } = cause
  const { reportFile, columns } = place
  const what = others.length === 0 ? id : `1 finding in ${1 + others.length} checks`
  const checks = others.length === 0 ? [] : [`    the checks: ${namesOf([id, ...others])}`]
  return [
    ...headline(
      outcome === 'failed' ? 'FAILED' : 'INCONCLUSIVE',
      `${what}${required ? '' : ' (advisory)'}: ${oneLine(reason)}`,
      place,
    ),
    ...[...checks, `    evidence: ${reportFile} § ${id}`].flatMap((line) => wrapTo(line, columns, '      ')),
    ...nextSteps(cause, verdict),
  ]
}

function headline(
  word: 'FAILED' | 'INCONCLUSIVE',
  text: string,
  { columns, paint }: Place,
): readonly string[] {
  const tone = word === 'FAILED' ? 'bad' : 'open'
  const [first = '', ...rest] = wrapTo(`${word} ${text}`, columns, '    ')
  return [paint(['strong', tone], word) + first.slice(word.length), ...rest]
}

/** Names of checks, as many as are worth a look. */
const namesOf = (ids: readonly string[]): string =>
  ids.length <= 6 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`

/** Commands to copy: never broken by us, so that what is copied is what was meant. */
function nextSteps({ id, outcome }: FoundCause, { runId, checks }: Verdict): readonly string[] {
  const check = checks.find((one) => one.id === id)
  const curl = check?.evidence?.[0]?.curl
  return [
    ...(curl !== undefined && isToCopy(curl) ? [`    repeat it: ${curl}`] : []),
    ...(check && outcome === 'failed' ? [`    tell its owner: infergate bug-report ${runId} ${id}`] : []),
  ]
}

const isToCopy = (curl: string): boolean =>
  curl.length <= LONGEST_CURL && visible(curl) === curl && !curl.includes('\n')
