import { EXIT } from '../errors.ts'
import type { Comparison, Decision, Run } from '../records/index.ts'

/** The command that would settle what an INCONCLUSIVE run left open; nothing where a word was found or the usage was wrong. */
export function howToSettle(
  run: Run,
  { verdict, exitCode, comparisons }: Pick<Decision, 'verdict' | 'exitCode' | 'comparisons'>,
): Pick<Decision, 'settledBy'> {
  if (verdict !== 'INCONCLUSIVE' || exitCode === EXIT.usage) return {}
  const words = [...settings(run, comparisons), 'infergate', run.command, ...flags(run).map(shellWord)]
  return { settledBy: words.join(' ') }
}

/** More of what was too few. Spent time is no want of samples: the flag for it stands with the flags. */
function settings(run: Run, comparisons: readonly Comparison[]): readonly string[] {
  if (run.error || run.cut || run.state === 'killed') return []
  const most = new Map<string, number>()
  for (const { wouldSettle = {} } of comparisons)
    for (const [name, n] of Object.entries(wouldSettle)) most.set(name, Math.max(n, most.get(name) ?? 0))
  return [...most].map(([name, n]) => `${name}=${n}`)
}

function flags({ command, target, fingerprint, selection, cut, checks, durationMs }: Run): readonly string[] {
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
  // The reason of a check that the budget left out names the flag for it.
  const isSpent =
    cut?.kind === 'time-spent' || checks.some(({ reason }) => reason?.includes('--max-seconds') ?? false)
  return [
    ...chosen,
    ...(target.kind === 'simulator' ? (target.faults ?? []).flatMap((fault) => ['--fault', fault]) : []),
    ...(asked?.suites ?? []).flatMap((suite) => ['--suite', suite]),
    ...(asked?.tags ?? []).flatMap((tag) => ['--tag', tag]),
    ...(isSpent ? ['--max-seconds', String(60 * Math.ceil((2 * durationMs) / 60_000))] : []),
  ]
}

const shellWord = (word: string): string =>
  /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
