/**
 * A program of its own, run by the preset `kubectl`; a person runs it by hand after a rollback that failed:
 *
 *   node kubectl-pods ready --selector LABELS [--container NAME --image REGISTRY/NAME:{}]
 *   node kubectl-pods undo --selector LABELS --deployment NAME --to POD-TEMPLATE-HASH
 *
 * Both take --namespace and --context as kubectl does.
 */
import { parseArgs } from 'node:util'
import { answerOf, finish, ProgramError, runThrough, say } from './cli-program.ts'
import { readyVersions, revisionOf } from './kubernetes-lists.ts'

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ selector: text, namespace: text, context: text },
    ...{ container: text, image: text, deployment: text, to: text },
  },
})
const { selector = '', namespace, context, container, image, deployment = '', to = '' } = values
const place = [
  ...(context === undefined ? [] : ['--context', context]),
  ...(namespace === undefined ? [] : ['--namespace', namespace]),
]
const list = (kind: string): string =>
  answerOf('kubectl', [...place, 'get', kind, '--selector', selector, '--output', 'json'])

function ready(): number {
  const of = container === undefined || image === undefined ? undefined : { container, image }
  const versions = readyVersions(list('pods'), of)
  const [only, another] = versions
  if (only === undefined) throw new ProgramError(`No pod with ${selector} is ready.`)
  if (another !== undefined) throw new ProgramError(`Several versions answer: ${versions.join(' and ')}.`)
  say(only)
  return 0
}

function undo(): number {
  const revision = revisionOf(list('replicasets'), { deployment, hash: to })
  if (revision === undefined)
    throw new ProgramError(
      `No ReplicaSet of deployment/${deployment} has the pod-template-hash ${to}: revisionHistoryLimit may be too small.`,
    )
  return runThrough('kubectl', [
    ...place,
    ...['rollout', 'undo', `deployment/${deployment}`, `--to-revision=${revision}`],
  ])
}

finish({ ready, undo }, positionals)
