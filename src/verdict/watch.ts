import { EXIT, type ExitCode } from '../errors.ts'
import type { Comparison, Decision, Run, VerdictWord, Watched } from '../records/index.ts'
import { shellWord } from '../shell-word.ts'
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
      ? [...failed.map(brokenOf), ...(watched ? [howSure(failed, watched)] : [])]
      : verdict === 'PASS'
        ? [
            `Nothing was shown to be wrong in ${watched ? lastingOf(watched) : 'this time'}.`,
            ...passed.map(sentence),
          ]
        : [...stopped, ...open.map(sentence)]
  return [...said, ...(verdict === 'FAIL' ? nextOf(watched, run) : []), ...(watched?.notes ?? [])]
}

const WORDS = {
  failed: 'failed',
  passed: 'passed',
  inconclusive: 'is inconclusive',
  'not-applicable': 'does not apply',
} as const

const lastingOf = ({ watchedMs, requests }: Watched): string =>
  `${Math.round(watchedMs / 1_000)} s and ${requests} request${requests === 1 ? '' : 's'}`

/** What is broken, in words that somebody reads at night. */
const BROKEN: Readonly<Record<string, string>> = {
  'watch.errors': 'Requests fail',
  'watch.silence': 'The service does not answer',
  'watch.slow-share': 'Too many answers are slow',
  'watch.median': 'Answers take longer than they did',
  'watch.logs': 'The log says that the service is broken',
}

/** `Requests fail since 03:12:45 UTC: the last 4 requests failed.` */
export function brokenOf({ id, reason, since }: Comparison): string {
  const begun = since === undefined ? '' : ` since ${since.slice(11, 19)} UTC`
  return `${BROKEN[id] ?? `${id} failed`}${begun}: ${reason}.`
}

/** A line of a log and a silence are no statistics. */
const SEEN = ['watch.silence', 'watch.logs']

function howSure(failed: readonly Comparison[], { alpha, looks }: Watched): string {
  if (failed.some(({ id }) => SEEN.includes(id))) return 'This was seen as it is: there is no chance in it.'
  return `Chance alone shows this for at most ${alpha * 100} % of unchanged services, in ${looks} requests.`
}

/** What was run, and what to run now. */
function nextOf(watched: Watched | undefined, { target, fingerprint }: Run): readonly string[] {
  const hook = watched?.hook
  if (hook?.exitCode === 0)
    return [`The hook \`${hook.command}\` ended with code 0: see that the service answers again.`]
  if (hook)
    return [
      `The hook \`${hook.command}\` ended ${hook.exitCode === undefined ? (hook.reason ?? 'without a code') : `with code ${hook.exitCode}`}: roll back by hand.`,
    ]
  const name = fingerprint?.targetName
  const chosen = name === undefined || name === 'url' ? ['--url', target.url ?? ''] : ['--target', name]
  const command = ['infergate', 'check', ...chosen].map(shellWord).join(' ')
  return [`Next: roll back. To see what exactly is broken: ${command}`]
}

function exitCodeOf(verdict: VerdictWord, { cut, error }: Run): ExitCode {
  if (cut?.kind === 'interrupted') return EXIT.interrupted
  if (cut?.kind === 'terminated') return EXIT.terminated
  if (verdict === 'FAIL') return EXIT.fail
  if (error) return EXIT.couldNotRun
  return verdict === 'PASS' ? EXIT.pass : EXIT.inconclusive
}
