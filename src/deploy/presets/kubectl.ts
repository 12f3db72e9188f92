import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { closedObject } from '../../config/closed-object.ts'
import type { Command, VersionProbe } from '../plan.ts'
import { marker, markerProbe, word } from './fields.ts'
import { definePreset } from './preset.ts'

const SOURCES = ['image', 'manifests', 'kustomize'] as const
const options = closedObject({
  kind: z.literal('kubectl'),
  /** The name of the Deployment. */
  deployment: word.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'Kubernetes takes no such name'),
  /** The labels by which its Service selects pods: `app=llm`. */
  selector: word,
  namespace: word.optional(),
  context: word.optional(),
  /** The image that `container` gets: `registry.example/llm:{version}`. */
  image: word.optional(),
  container: word.optional(),
  /** Files or folders to apply. */
  manifests: z.array(word).min(1).optional(),
  /** A folder with a kustomization. */
  kustomize: word.optional(),
  /** How long a rollout may take. */
  rolloutSeconds: z.int().positive().max(86_400).optional(),
  /** Where the service tells its `{version}`. Without it the images of the ready pods do. */
  marker: marker.optional(),
})
  .refine((given) => SOURCES.filter((key) => given[key] !== undefined).length === 1, {
    error: 'say what to deploy by one of `image`, `manifests` and `kustomize`',
  })
  .refine(({ image, container }) => (image === undefined) === (container === undefined), {
    error: '`image` and `container` belong together: `container` gets the image',
  })
  .refine(({ image }) => image === undefined || image.split('{version}').length === 2, {
    error: '`image` needs one {version} in it, or each deploy would be the same one',
  })
  .refine(({ image, marker }) => image !== undefined || marker === undefined, {
    error:
      '`marker` goes with `image`: what is applied from files goes back by the pod-template-hash of its pods',
  })
type Options = z.infer<typeof options>

/**
 * Its flags are those of kubectl 1.32. Of `image`, a version is what stands for {version} in the images of the pods that are ready. What is applied
 * from files is known by the pod-template-hash of those pods: a revision gets a new number when it comes back, the hash does not.
 */
export const kubectl = definePreset('kubectl', options, (given) => ({
  deploy: [change(given, '{version}'), rolledOut(given)],
  version: version(given),
  rollback: [given.image === undefined ? undo(given) : change(given, '{previous}'), rolledOut(given)],
  ...(given.image === undefined && {
    namesItself: 'what is applied from files is known by the pod-template-hash that Kubernetes gives it',
  }),
  logs: run(given, 'logs', '--selector', given.selector, '--all-containers', '--prefix', '--tail=100'),
}))

const place = ({ context, namespace }: Options): readonly string[] => [
  ...(context === undefined ? [] : ['--context', context]),
  ...(namespace === undefined ? [] : ['--namespace', namespace]),
]
const run = (given: Options, ...words: readonly string[]): Command => ({
  argv: ['kubectl', ...place(given), ...words],
})

function change(given: Options, version: string): Command {
  const { image, container, manifests = [], kustomize, deployment } = given
  if (image !== undefined)
    return run(given, 'set', 'image', `deployment/${deployment}`, `${container}=${imageOf(image, version)}`)
  const files =
    kustomize === undefined ? manifests.flatMap((file) => ['--filename', file]) : ['--kustomize', kustomize]
  return run(given, 'apply', ...files)
}
const imageOf = (image: string, version: string): string => image.replace('{version}', () => version)

const rolledOut = (given: Options): Command =>
  run(
    given,
    'rollout',
    'status',
    `deployment/${given.deployment}`,
    `--timeout=${given.rolloutSeconds ?? 600}s`,
  )

const programFile = fileURLToPath(new URL(`./kubectl-pods${extname(import.meta.url)}`, import.meta.url))
const program = (given: Options, verb: string, ...rest: readonly string[]): Command => ({
  argv: [process.execPath, programFile, verb, ...place(given), '--selector', given.selector, ...rest],
})

function version(given: Options): VersionProbe {
  if (given.marker !== undefined) return markerProbe(given.marker)
  const { image, container = '' } = given
  const ofImage = image === undefined ? [] : ['--container', container, '--image', imageOf(image, '{}')]
  return { kind: 'command', command: program(given, 'ready', ...ofImage) }
}

const undo = (given: Options): Command =>
  program(given, 'undo', '--deployment', given.deployment, '--to', '{previous}')
