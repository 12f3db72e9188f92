import { createHash } from 'node:crypto'
import type { Platform } from './platform.ts'
import { complains, parseTyped, type Said, says, type Typed } from './typed.ts'

type ReplicaSet = { readonly release: string; readonly hash: string; revision: number }

const IMAGE = 'registry.example/llm'
const hashOf = (release: string): string => createHash('sha256').update(release).digest('hex').slice(0, 10)

/** A STAND-IN for a cluster with one Deployment, `llm`, of one pod. A way back gives an old ReplicaSet a new revision. */
export function answerKubectl(platform: Platform, first: string): (typed: Typed) => Promise<Said> {
  const sets: ReplicaSet[] = [{ release: first, hash: hashOf(first), revision: 1 }]
  const newest = () => Math.max(...sets.map(({ revision }) => revision))
  let rollout: Promise<boolean> = Promise.resolve(true)

  function come(release: string): boolean {
    const old = sets.find((set) => set.release === release)
    if (old?.revision === newest()) return false
    const revision = newest() + 1
    if (old) old.revision = revision
    else sets.push({ release, hash: hashOf(release), revision })
    rollout = platform.live() === release ? Promise.resolve(true) : platform.replace(release)
    return true
  }

  return async (typed) => {
    const { command, words, flags } = parseTyped(typed)
    if (command === 'set image') {
      if (platform.behaviour.refusesBack && sets.some(({ release }) => words[1]?.endsWith(`:${release}`)))
        return complains('Error from server (Forbidden): deployments.apps "llm" is forbidden\n')
      return says(come(releaseIn(words[1])) ? 'deployment.apps/llm image updated\n' : '')
    }
    if (command === 'apply') {
      const image = typed.files.join('\n').match(/image: (\S+)/)?.[1]
      return says(`deployment.apps/llm ${come(releaseIn(image)) ? 'configured' : 'unchanged'}\n`)
    }
    if (command === 'rollout status')
      return (await rollout)
        ? says('deployment "llm" successfully rolled out\n')
        : complains('error: timed out waiting for the condition\n')
    if (command === 'rollout undo') {
      const to = sets.find(({ revision }) => String(revision) === flags['--to-revision'])
      if (to === undefined || platform.behaviour.refusesBack)
        return complains(`error: unable to find specified revision ${flags['--to-revision']} in history\n`)
      return says(
        `deployment.apps/llm ${come(to.release) ? 'rolled back' : `skipped rollback (current template already matches revision ${to.revision})`}\n`,
      )
    }
    if (command === 'logs') return says('[pod/llm/llm] INFO: the simulator is ready\n')
    const items = words[0] === 'pods' ? podsOf(platform.live()) : sets.map(asReplicaSet)
    return says(`${JSON.stringify({ apiVersion: 'v1', items, kind: 'List' }, undefined, 4)}\n`)
  }
}

const releaseIn = (image = ''): string => image.slice(image.lastIndexOf(':') + 1)

const podsOf = (release: string | undefined) =>
  release === undefined
    ? []
    : [
        {
          kind: 'Pod',
          metadata: {
            name: `llm-${hashOf(release)}-x7k2p`,
            labels: { app: 'llm', 'pod-template-hash': hashOf(release) },
          },
          spec: { containers: [{ name: 'llm', image: `${IMAGE}:${release}` }] },
          status: { conditions: [{ type: 'Ready', status: 'True' }] },
        },
      ]

const asReplicaSet = ({ hash, revision }: ReplicaSet) => ({
  kind: 'ReplicaSet',
  metadata: {
    labels: { app: 'llm', 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [{ kind: 'Deployment', name: 'llm' }],
  },
})
