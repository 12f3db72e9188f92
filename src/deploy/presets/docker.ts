import { z } from 'zod'
import { closedObject } from '../../config/index.ts'
import type { Command, DeployCommands, VersionProbe } from '../plan.ts'
import { refuseSecret, refuseTaken, setsNetwork } from './docker-flags.ts'
import { definePreset } from './preset.ts'
import { type Published, publishedBy } from './published.ts'

const text = z.string().min(1)

const options = closedObject({
  kind: z.literal('docker'),
  /** `app:{version}` where a release is a tag, `app@sha256:{version}` where it is a digest, `sha256:{version}` where it is an image's id. */
  image: text.refine((image) => !image.startsWith('-'), {
    error: 'it begins with "-", so Docker would take it for a flag',
  }),
  /** What stands behind the image: the words for its entrypoint. */
  command: z.array(z.string()).superRefine(refuseSecret).default([]),
  /** Flags of `docker run`, as they are: `['--gpus', 'all', '--env', 'HF_TOKEN']`. */
  options: z.array(text).superRefine(refuseTaken).default([]),
  /** Of the containers, NAME-VERSION, and of the networks; by default the target's name. */
  name: text
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'a name of Docker has letters, digits, and _ . - inside')
    .optional(),
  /** Where the service listens inside its container. */
  containerPort: z.int().min(1).max(65_535).default(8_000),
  /** ADDRESS:PORT of this machine, where the service is reached; by default those of the target's URL. */
  publish: text.optional(),
  /** A second address of this machine, such as 127.0.0.2: a new version is judged there, beside the old one. */
  beside: z.ipv4().optional(),
  /** When the image is pulled. */
  pull: z.enum(['always', 'missing', 'never']).default('missing'),
  /** SIGTERM → SIGKILL of the old container. */
  stopSeconds: z.int().min(0).max(3_600).default(10),
})
  .refine(
    ({ image, command, options: flags }) =>
      [image, ...command, ...flags].some((word) => word.includes('{version}')),
    { error: 'nothing differs from version to version: write {version} in `image`, `command` or `options`' },
  )
  .refine(({ beside, options: flags }) => beside === undefined || !setsNetwork(flags), {
    error:
      "with `beside` the networks are the preset's own, NAME-live and NAME-beside: leave --network out of `options`",
  })

type Options = z.infer<typeof options>
type Place = Options & { readonly name: string; readonly published: Published }

const SERVICE = 'infergate.service'
const RELEASE = 'infergate.release'

/** Plain Docker: one container a version. The old one is stopped and kept, so that the way back is `docker start`. */
export const docker = definePreset('docker', options, (given, target): DeployCommands => {
  const place = { ...given, name: given.name ?? target.name, published: publishedBy(given.publish, target) }
  const common = {
    rollback: [run('rm', '--force', '--volumes', newOne(place)), run('start', oldOne(place))],
    logs: run('logs', '--tail', '200', newOne(place)),
    needsNewName: true as const,
  }
  return given.beside === undefined
    ? { ...inPlace(place), ...common }
    : { ...inTurn(place, given.beside), ...common }
})

const run = (...words: readonly string[]): Command => ({ argv: ['docker', ...words] })
const newOne = ({ name }: Place): string => `${name}-{version}`
const oldOne = ({ name }: Place): string => `${name}-{previous}`
const stopOld = (place: Place): Command => run('stop', '-t', String(place.stopSeconds), oldOne(place))

/** For a machine that has room for one: created first, so that what has to be pulled is here before the old one stops. */
const inPlace = (place: Place) => {
  const { address, port } = place.published
  return {
    deploy: [
      sweep(place),
      create(place, '--publish', `${address}:${port}:${place.containerPort}`),
      stopOld(place),
      run('start', newOne(place)),
    ],
    version: releaseOf(place),
  }
}

/**
 * Docker binds a port that is published without an address on the address of the container's network, again at each `network connect`:
 * the process that was judged gets the traffic by a change of its network, and loads no model for it.
 */
const inTurn = (place: Place, address: string) => {
  const { name, containerPort } = place
  const { port } = place.published
  const [live, beside] = [`${name}-live`, `${name}-beside`]
  return {
    deploy: [
      sweep(place),
      create(place, '--network', beside, '--publish', `${port}:${containerPort}`),
      run('start', newOne(place)),
    ],
    url: `http://${address}:${port}`,
    version: releaseOf(place, live),
    versionBeside: releaseOf(place, beside),
    promote: [
      stopOld(place),
      run('network', 'disconnect', beside, newOne(place)),
      run('network', 'connect', live, newOne(place)),
    ],
  }
}

/** Takes away what earlier deploys left stopped. What answers runs, so it stays. */
const sweep = ({ name }: Place): Command =>
  run(
    ...['container', 'prune', '--force', '--filter', `label=${SERVICE}=${name}`],
    ...['--filter', `label!=${RELEASE}={previous}`],
  )

const create = (place: Place, ...where: readonly string[]): Command =>
  run(
    ...['create', '--pull', place.pull, '--name', newOne(place), '--label', `${SERVICE}=${place.name}`],
    ...['--label', `${RELEASE}={version}`, ...where, ...place.options, place.image, ...place.command],
  )

/** The release of the container that runs, and so has the port, where traffic comes in. */
const releaseOf = ({ name }: Place, network?: string): VersionProbe => ({
  kind: 'command',
  command: run(
    ...['ps', '--filter', `label=${SERVICE}=${name}`, '--filter', 'status=running'],
    ...(network === undefined ? [] : ['--filter', `network=${network}`]),
    ...['--format', `{{.Label "${RELEASE}"}}`],
  ),
})
