import { FAMILIES, FAULTS, type Fault } from '../simulator/index.ts'
import { besides } from './beside.ts'
import { readRepeated, readScanned } from './kept.ts'
import { cell, table } from './markdown.ts'
import type { FaultOutcome, JudgedFault } from './outcome.ts'
import { beyond, isProven, type Proof } from './proof.ts'
import { headline, listOf, sayWhyNot, seconds } from './sentences.ts'

/** docs/proof.md: fault × check, and what healthy simulators were told. */
export const pageOf = (proof: Proof): string =>
  `${[
    '# Can the verdict be believed?',
    '',
    ...INTRODUCTION,
    '',
    `**${isProven(proof) ? 'Proven' : 'Not proven'}**: ${cell(headline(proof))}.`,
    '',
    `${proof.startedAt.slice(0, 10)}, infergate ${proof.toolVersion}, ${Math.round(proof.durationMs / 1_000)} s on ${proof.cores} cores with ${proof.jobs} runs at a time.`,
    '',
    ...quick(proof),
    ...interrupted(proof),
    ...missing(proof),
    ...families(proof),
    ...healthy(proof),
    ...promises(proof),
    ...besides(readRepeated(), readScanned()),
  ].join('\n')}\n`

const INTRODUCTION = [
  '`infergate prove --markdown docs/proof.md` writes this page; do not edit. Each fault of the simulator’s catalogue is switched on, in each',
  'dialect in which it can show, and the whole gate judges it: two cold starts, twenty warm answers, every promise. What must catch it is',
  'declared beside the fault, where no check sees it: the promises that are about it, and what their reasons have to say. A fault that only',
  'another check notices is *caught by a neighbour* and not proven. Healthy simulators are judged in the same way and have to pass without',
  'a word. *First* is the time from the start of the run to the first check that failed, *others* how many further checks failed. *Alone*: a',
  'time could not be told from the load of the runs beside it, so it was judged once more with nothing beside it.',
]

/** A quick proof shows less, and says so. */
const quick = ({ faults }: Proof): readonly string[] =>
  faults.some(({ subject }) => subject.only !== undefined)
    ? [
        '**Quick**: of each fault only the promises that are about it were asked; what else fails is not known.',
        '',
      ]
    : []

const interrupted = ({ notJudged }: Proof): readonly string[] =>
  notJudged.length === 0
    ? []
    : [`**Interrupted**: ${notJudged.length} simulators were not judged any more.`, '']

function missing(proof: Proof): readonly string[] {
  const list = listOf(proof)
  const open = beyond(proof).map(sayWhyNot)
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map((line) => `- ${cell(line)}`), '']
  return [...section('Not proven', list), ...section('What no gate tells by itself', open)]
}

const WORD: Readonly<Record<FaultOutcome, string>> = {
  proven: 'yes',
  unstated: '**cause not stated**',
  neighbour: '**by a neighbour**',
  missed: '**no**',
  beyond: '**no**, see above',
}

const HEAD = ['fault', 'dialect', 'caught', 'by', 'what the reason says', 'others', 'first', 'exit']

function families({ faults }: Proof): readonly string[] {
  return Object.entries(FAMILIES).flatMap(([family, title]) => {
    const rows = faults.filter(({ subject }) => faultOf(subject.fault)?.family === family)
    if (rows.length === 0) return []
    return [`## ${title}`, '', ...table(HEAD, rows.map(row)), '']
  })
}

const faultOf = (id: string | undefined): Fault | undefined => FAULTS.find((fault) => fault.id === id)

function row(one: JudgedFault): readonly string[] {
  const { subject, outcome, proof, failed, firstFailureMs, exitCode, isSecond = false } = one
  const shown = proof ?? failed[0]
  return [
    sourced(faultOf(subject.fault)),
    subject.dialect,
    `${WORD[outcome]}${isSecond ? ' (alone)' : ''}`,
    shown ? `\`${shown.id}\`` : '–',
    cell(shown?.reason ?? '–', REASON_CHARACTERS),
    String(Math.max(0, failed.length - 1)),
    firstFailureMs === undefined ? '–' : `${seconds(firstFailureMs)} s`,
    String(exitCode),
  ]
}

const REASON_CHARACTERS = 200

/** The symptom as the link's title: it is read where the id does not say enough. */
function sourced(fault: Fault | undefined): string {
  if (!fault) return '–'
  const { id, source, says } = fault
  return source.startsWith('http')
    ? `[${id}](${source} "${says.replaceAll('"', "'").replaceAll('|', '\\|')}")`
    : `\`${id}\``
}

function healthy({ clean }: Proof): readonly string[] {
  if (clean.length === 0) return []
  const rows = [...Map.groupBy(clean, ({ subject }) => subject.dialect)].map(([dialect, of]) => [
    dialect,
    of.map(({ subject }) => subject.seed).join(', '),
    of
      .filter(({ subject }) => subject.isBusy)
      .map(({ subject }) => subject.seed)
      .join(', ') || '–',
    String(of.filter(({ alarms }) => alarms.length > 0).length),
  ])
  return [
    '## Healthy simulators',
    '',
    ...table(['dialect', 'seeds', 'beside a busy thread', 'false alarms'], rows),
    '',
  ]
}

/** The matrix from the other side: what each promise is worth. */
function promises({ faults, clean }: Proof): readonly string[] {
  const ids = [...new Set([...faults, ...clean].flatMap(({ words }) => words.map(({ id }) => id)))]
  const rows = ids.map((id) => {
    const red = faults.filter(({ failed }) => failed.some((word) => word.id === id))
    const proves = red.filter(({ proof }) => proof?.id === id).map(({ subject }) => subject.fault ?? '')
    return [`\`${id}\``, String(red.length), [...new Set(proves)].join(', ') || '–'] as const
  })
  const idle = rows.filter(([, red]) => red === '0').map(([id]) => id)
  const head = ['check', 'runs in which it fails', 'faults that it proves']
  return [
    ...[
      '## Checks',
      '',
      ...table(
        head,
        rows.filter(([, red]) => red !== '0'),
      ),
      '',
    ],
    ...(idle.length === 0 ? [] : [`No fault of these runs turns red: ${idle.join(', ')}.`, '']),
  ]
}
