import type { Command, DeployPlan, VersionProbe } from './plan.ts'
import { seconds } from './words.ts'

/** What a deploy would run, step by step, for people. Placeholders stand as they are: what they come to is known when it is run. */
export function describePlan(plan: DeployPlan, releaseCommand?: Command): string {
  const { commands, deadlines, isBeside, targetName, own, fresh, folder, release, onInconclusive } = plan
  const ownUrl = own.baseUrl ?? 'its own URLs'
  const freshUrl = fresh.baseUrl ?? 'its own URLs'
  const version =
    release ??
    (releaseCommand
      ? `the last line of ${shown(releaseCommand)}`
      : 'not named: whatever differs from what is live')
  const steps: readonly (readonly [string, ...string[]])[] = [
    [`note what is live at ${ownUrl}`, probeText(commands.version)],
    isBeside
      ? ['(no baseline run: old and new are measured side by side)']
      : ['measure the version that is live: a short `bench`'],
    [`deploy, at most ${seconds(deadlines.commandMs)} each`, ...commands.deploy.map(shown)],
    [
      `wait until the new version answers at ${freshUrl} and generates, at most ${seconds(deadlines.answerMs)}`,
    ],
    [`smoke test: 3 generations, at most ${seconds(deadlines.smokeMs)}`],
    [
      isBeside
        ? `gate: every promise and limit, then pairs against the old version at ${ownUrl}`
        : 'gate: every promise and limit; no speed much worse than that of the old version',
      `at most ${seconds(deadlines.gateMs)}`,
    ],
    ...(commands.promote ? [['on PASS: promote', ...commands.promote.map(shown)] as const] : []),
    [`on PASS: verify that the new version answers at ${ownUrl}`],
    ...(plan.watchFor !== undefined ? [[`on PASS: watch for ${plan.watchFor}`] as const] : []),
    ['on PASS: make the run of the gate the baseline of the history'],
    [
      `on FAIL${onInconclusive === 'rollback' ? ' or INCONCLUSIVE' : ''}: roll back, at most ${seconds(deadlines.rollbackMs)}`,
      ...commands.rollback.map(shown),
      'then verify that the old version answers again and generates',
    ],
    ...(onInconclusive === 'keep' ? [['on INCONCLUSIVE: keep the new version as it is'] as const] : []),
  ]
  const lines = steps.flatMap(([head, ...rest], index) => [
    `${String(index + 1).padStart(2)}. ${head}`,
    ...rest.map((line) => `      ${line}`),
  ])
  return [`Deploy of ${targetName}, version: ${version}. Commands run in ${folder}.`, ...lines, ''].join('\n')
}

/** A command as people would type it. */
export const shown = ({ argv }: Command): string =>
  argv
    .map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')

function probeText(probe: VersionProbe): string {
  if (probe.kind === 'command') return `its version: the last line of ${shown(probe.command)}`
  if (probe.kind === 'marker') return `its version: whether GET ${probe.url} holds "${probe.text}"`
  const place =
    'header' in probe.version ? `header ${probe.version.header}` : `the value at ${probe.version.pointer}`
  return `its version: ${place} of GET ${probe.url}`
}
