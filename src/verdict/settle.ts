import { EXIT } from '../errors.ts'
import type { Against, Comparison, Decision, Run } from '../records/index.ts'
import { shellWord } from '../shell-word.ts'
import { DEFAULT_RULE } from './versus/rule.ts'

type Settled = Pick<Decision, 'verdict' | 'exitCode' | 'comparisons' | 'versus'>

/** The command that would settle what an INCONCLUSIVE run left open; nothing where a word was found, the usage was wrong or a load was sent. */
export function howToSettle(
  run: Run,
  { verdict, exitCode, comparisons, versus }: Settled,
): Pick<Decision, 'settledBy'> {
  if (verdict !== 'INCONCLUSIVE' || exitCode === EXIT.usage) return {}
  // Stopped before its load was sent, a run does not know of it; the words that were typed do.
  if ((exitCode === EXIT.interrupted || exitCode === EXIT.terminated) && run.typed)
    return { settledBy: run.typed.map(shellWord).join(' ') }
  // Nobody kept how the load was typed: a command without it would measure something else. Each reason says what to change.
  if (run.loads || run.samples.some(({ warmth }) => warmth === 'steady')) return {}
  // The same wait would end the same way: each reason says what to change first.
  if (run.wakeUps?.some(({ coldness }) => coldness.is === 'not-shown')) return {}
  // What drifts between two sessions is in the next run as well.
  if (run.state === 'complete' && !run.against && isLeftOpenByBaseline(comparisons, run)) return {}
  if (run.confirms) return { settledBy: confirmAgain(run.confirms, versus?.settledByPairs) }
  const words = [
    ...settings(run, comparisons),
    'infergate',
    ...(run.deploys
      ? ['deploy', ...deployFlags(run.deploys), ...moreTime(run)]
      : [run.night ? 'nightly' : run.command, ...flags(run, versus?.settledByPairs)]
    ).map(shellWord),
  ]
  return { settledBy: words.join(' ') }
}

const deployFlags = ({ targetName, release }: NonNullable<Run['deploys']>): readonly string[] => [
  ...['--target', targetName],
  ...(release === undefined ? [] : ['--release', release]),
]

const confirmAgain = ({ targetName, metric }: NonNullable<Run['confirms']>, pairs?: number): string =>
  ['infergate', 'trend', 'confirm', '--target', targetName, '--metric', metric, ...morePairs(pairs)]
    .map(shellWord)
    .join(' ')

/** Whether nothing else is open, and no number of starts would settle it; its reason says what would. */
function isLeftOpenByBaseline(comparisons: readonly Comparison[], { checks }: Run): boolean {
  const open = comparisons.filter(({ outcome }) => outcome === 'inconclusive')
  const isOfBaseline = ({ id, wouldSettle }: Comparison) => id.startsWith('regression.') && !wouldSettle
  return (
    open.length > 0 && open.every(isOfBaseline) && checks.every(({ outcome }) => outcome !== 'inconclusive')
  )
}

/** More of what was too few. Spent time is no want of samples: the flag for it stands with the flags. */
function settings(run: Run, comparisons: readonly Comparison[]): readonly string[] {
  if (run.error || run.cut || run.state === 'killed') return []
  const most = new Map<string, number>()
  for (const { wouldSettle = {} } of comparisons)
    for (const [name, n] of Object.entries(wouldSettle)) most.set(name, Math.max(n, most.get(name) ?? 0))
  return [...most].map(([name, n]) => `${name}=${n}`)
}

function flags(run: Run, pairs?: number): readonly string[] {
  const { command, target, fingerprint, selection, against, baseline, night } = run
  const name = fingerprint?.targetName
  // A target that flags alone made is known by no name.
  const isUnnamed = target.kind === 'url' && name === 'url' && target.url !== undefined
  const chosen = isUnnamed
    ? ['--url', target.url, ...(target.dialect === 'openai' ? [] : ['--dialect', target.dialect])]
    : name === undefined
      ? []
      : ['--target', name]
  // A gate of a selection is settled by the whole gate; a check was asked for no more.
  const asked = command === 'check' ? selection : undefined
  return [
    ...chosen,
    ...(target.kind === 'simulator' ? (target.faults ?? []).flatMap((fault) => ['--fault', fault]) : []),
    ...(asked?.suites ?? []).flatMap((suite) => ['--suite', suite]),
    ...(asked?.tags ?? []).flatMap((tag) => ['--tag', tag]),
    // A night finds its accepted nights itself.
    ...(baseline && !night ? ['--baseline', baseline.runId, ...allowances(baseline.allowed)] : []),
    ...(against ? againstFlags(against, pairs) : []),
    ...moreTime(run),
  ]
}

function moreTime({ cut, pairsEnd, checks, durationMs }: Run): readonly string[] {
  // The reason of a check that the budget left out names the flag for it.
  const isSpent =
    cut?.kind === 'time-spent' ||
    pairsEnd?.by === 'max-seconds' ||
    checks.some(({ reason }) => reason?.includes('--max-seconds') ?? false)
  return isSpent ? ['--max-seconds', String(60 * Math.ceil((2 * durationMs) / 60_000))] : []
}

/** `field: that → this` of each. */
const allowances = (allowed: readonly string[] = []): readonly string[] =>
  allowed.flatMap((one) => ['--allow-difference', one.slice(0, one.indexOf(':'))])

function againstFlags({ targetName, target, allowed }: Against, pairs?: number): readonly string[] {
  const isUnnamed = target.kind === 'url' && targetName === 'url' && target.url !== undefined
  return [
    ...(isUnnamed ? ['--against-url', target.url] : ['--against', targetName]),
    ...allowances(allowed),
    ...morePairs(pairs),
  ]
}

/** More pairs than the usual cap have to be asked for; a smaller one is what left it open. */
const morePairs = (pairs = 0): readonly string[] =>
  pairs > (DEFAULT_RULE.looks.at(-1)?.pairs ?? 0) ? ['--pairs', String(pairs)] : []
