import { z } from 'zod'
import { ProgramError } from './cli-program.ts'

const condition = z.object({ type: z.string(), status: z.string() })
const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: z.string().optional(),
      }),
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
      status: z.object({ conditions: z.array(condition).default([]) }),
    }),
  ),
})
type Pod = z.infer<typeof podList>['items'][number]

/** `{}` in `image` stands where the version goes. */
type OfImage = { readonly container: string; readonly image: string }

/** The versions of the pods that a Service sends requests to: ready, and not on their way out. */
export function readyVersions(json: string, of?: OfImage): readonly string[] {
  const ready = read(podList, json).items.filter(({ metadata, status }) => {
    const isReady = status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    return isReady && metadata.deletionTimestamp === undefined
  })
  const versions = ready.map((pod) => (of === undefined ? hashOf(pod) : versionIn(pod, of)))
  return [...new Set(versions)].sort()
}

function hashOf({ metadata }: Pod): string {
  const hash = metadata.labels['pod-template-hash']
  if (hash === undefined)
    throw new ProgramError(`The pod ${metadata.name} has no label pod-template-hash: it is of no Deployment.`)
  return hash
}

function versionIn({ metadata, spec }: Pod, { container, image }: OfImage): string {
  const found = spec.containers.find(({ name }) => name === container)?.image
  const [before = '', after = ''] = image.split('{}')
  const fits =
    found?.startsWith(before) && found.endsWith(after) && found.length > before.length + after.length
  if (found === undefined || !fits)
    throw new ProgramError(
      `The pod ${metadata.name} runs ${found ?? `no container ${container}`}, and \`image\` of the preset describes ${image.replace('{}', '{version}')}.`,
    )
  return found.slice(before.length, found.length - after.length)
}

const replicaSetList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
      }),
    }),
  ),
})

/** Under which number a Deployment keeps the pods of this hash now: it gets a new one each time that it comes back. */
export function revisionOf(
  json: string,
  { deployment, hash }: { readonly deployment: string; readonly hash: string },
): string | undefined {
  const { items } = read(replicaSetList, json)
  const set = items.find(
    ({ metadata: { labels, ownerReferences } }) =>
      labels['pod-template-hash'] === hash &&
      ownerReferences.some(({ kind, name }) => kind === 'Deployment' && name === deployment),
  )
  return set?.metadata.annotations['deployment.kubernetes.io/revision']
}

function read<List>(schema: z.ZodType<List>, json: string): List {
  const parsed = schema.safeParse(JSON.parse(json))
  if (parsed.success) return parsed.data
  throw new ProgramError(
    `kubectl printed another kind of list than expected:\n${z.prettifyError(parsed.error)}`,
  )
}
