import { EXIT, type ExitCode } from '../errors.ts'
import type { Comparison, Decision, Run, VerdictWord, Watched } from '../records/index.ts'
import { measure } from './measure.ts'

/** Without these a watch has shown nothing. */
const NEEDED = ['watch.errors', 'watch.slow-share']

/**
 * What a watch came to. Its evidence was gathered look by look, so it is kept as it stood at the end: FAIL where something was shown
 * to be wrong, PASS where nothing was in all of its time, and each thing that it looked at could be seen.
 */
export function decideWatch(run: Run): Decision {
  const { watched, samples, boots, target, profile } = run
  const comparisons = watched?.comparisons ?? []
  const failed = comparisons.filter(({ outcome }) => outcome === 'failed')
  const open = comparisons.filter(({ outcome }) => outcome === 'inconclusive')
  const isShown = NEEDED.every((id) => comparisons.some((one) => one.id === id && one.outcome === 'passed'))
  const verdict: VerdictWord =
    failed.length > 0
      ? 'FAIL'
      : run.state === 'complete' && isShown && open.length === 0
        ? 'PASS'
        : 'INCONCLUSIVE'
  return {
    verdict,
    exitCode: exitCodeOf(verdict, run),
    state: run.state,
    reasons: reasonsOf(verdict, { failed, open, comparisons }, run),
    comparisons,
    ...measure(samples, { boots, dialect: target.dialect, profile }),
  }
}

type Sorted = Readonly<Record<'failed' | 'open' | 'comparisons', readonly Comparison[]>>

function reasonsOf(verdict: VerdictWord, { failed, open, comparisons }: Sorted, run: Run): readonly string[] {
  const { watched, cut, error } = run
  const sentence = ({ id, outcome, reason }: Comparison): string => `${id} ${WORDS[outcome]}: ${reason}.`
  const stopped = [
    ...(error ? [error.message] : []),
    ...(cut
      ? [
          `${cut.reason}${watched ? ` Nothing was shown to be wrong until then, in ${lastingOf(watched)}.` : ''}`,
        ]
      : []),
    ...(watched
      ? []
      : ['The watch has no end: its process was killed. Its state, where --state kept one, goes on.']),
  ]
  const passed = comparisons.filter(({ outcome }) => outcome === 'passed')
  const said =
    verdict === 'FAIL'
      ? failed.map(sentence)
      : verdict === 'PASS'
        ? [
            `Nothing was shown to be wrong in ${watched ? lastingOf(watched) : 'this time'}.`,
            ...passed.map(sentence),
          ]
        : [...stopped, ...open.map(sentence)]
  return [...said, ...hookOf(watched), ...(watched?.notes ?? [])]
}

const WORDS = {
  failed: 'failed',
  passed: 'passed',
  inconclusive: 'is inconclusive',
  'not-applicable': 'does not apply',
} as const

const lastingOf = ({ watchedMs, requests }: Watched): string =>
  `${Math.round(watchedMs / 1_000)} s and ${requests} request${requests === 1 ? '' : 's'}`

const hookOf = (watched: Watched | undefined): readonly string[] =>
  watched?.hook
    ? [
        `The hook \`${watched.hook.command}\` ended ${watched.hook.exitCode === undefined ? (watched.hook.reason ?? 'without a code') : `with code ${watched.hook.exitCode}`}.`,
      ]
    : []

function exitCodeOf(verdict: VerdictWord, { cut, error }: Run): ExitCode {
  if (cut?.kind === 'interrupted') return EXIT.interrupted
  if (cut?.kind === 'terminated') return EXIT.terminated
  if (verdict === 'FAIL') return EXIT.fail
  if (error) return EXIT.couldNotRun
  return verdict === 'PASS' ? EXIT.pass : EXIT.inconclusive
}
