import type { ComparedRun } from '../../../records/index.ts'
import { momentOf } from '../../figures.ts'
import { type Content, html, type Markup, table } from '../kit/index.ts'
import type { ComparedField, ComparedSide, CompareView } from './view.ts'

/** In what the two differ beside their speed; what makes their figures mean different things first. */
export function differing({ differences }: CompareView): Markup {
  if (differences.length === 0)
    return html`<p>Nothing that is recorded: target, model, flags, image, prompts, machine and tool are the same.</p>`
  return table(
    'What differs beside the speed',
    [{ title: 'field' }, { title: 'baseline' }, { title: 'candidate' }, { title: 'what that means' }],
    differences.toSorted((a, b) => Number(b.isUnlike) - Number(a.isUnlike)).map(rowOf),
  )
}

const rowOf = ({ field, that, own, isUnlike }: ComparedField): readonly Content[] => [
  html`<code>${field}</code>`,
  recorded(that),
  recorded(own),
  isUnlike
    ? html`<strong>unlike</strong>: the figures of the two mean different things; it was allowed by --allow-difference ${field}`
    : 'may explain a change',
]

const recorded = (value: string | undefined): string =>
  value === undefined ? 'none on record' : value || 'none'

/** Both runs, side by side. */
export function bothRuns({ compared, baseline, candidate }: CompareView): Markup {
  const facts: readonly (readonly [string, (run: ComparedRun, side: ComparedSide) => Content])[] = [
    ['run', ({ runId }) => runId],
    ['started', ({ startedAt }) => momentOf(startedAt)],
    ['decided of it alone', ({ verdict }) => verdict],
    ['command', (_, { run }) => run?.command ?? 'not kept'],
    ['starts that measured', (_, { starts }) => starts.length],
    ['samples', (_, { run }) => run?.samples.length ?? 'not kept'],
    ['checks', (_, { run }) => run?.checks.length ?? 'not kept'],
    ['infergate', (_, { toolVersion }) => toolVersion ?? 'none on record'],
    ...FIELDS.map(
      (field) =>
        [field, (_: ComparedRun, { fingerprint }: ComparedSide) => textOf(fingerprint?.[field])] as const,
    ),
  ]
  return table(
    'Both runs',
    [{ title: 'fact' }, { title: 'baseline' }, { title: 'candidate' }],
    facts.map(([name, of]) => [name, of(compared.baseline, baseline), of(compared.candidate, candidate)]),
  )
}

const FIELDS = [
  ...([
    'targetName',
    'kind',
    'dialect',
    'model',
    'revision',
    'image',
    'digest',
    'flags',
    'profile',
    'faults',
  ] as const),
  ...([
    'warmRequest',
    'warmup',
    'load',
    'host',
    'kernel',
    'cpuModel',
    'cores',
    'gpuModel',
    'gpuDriver',
  ] as const),
]

const textOf = (value: readonly string[] | string | number | undefined): string =>
  value === undefined ? '–' : typeof value === 'object' ? value.join(' ') || '–' : String(value)
