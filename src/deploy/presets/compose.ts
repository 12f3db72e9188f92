import { z } from 'zod'
import { closedObject } from '../../config/index.ts'
import type { Command, DeployCommands } from '../plan.ts'
import { definePreset } from './preset.ts'

const word = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('-'), {
    error: 'it begins with "-", so Docker would take it for a flag',
  })

const options = closedObject({
  kind: z.literal('compose'),
  service: word,
  /** The name of the project; its containers carry it. */
  project: word.regex(
    /^[a-z0-9][a-z0-9_-]*$/,
    'a project of Compose has small letters, digits, - and _, and begins with a letter or a digit',
  ),
  /** By default what Compose itself finds in the folder of the configuration. */
  files: z.array(word).default([]),
  /** The variable that the Compose file takes the release from, in the image and in the label `infergate.release`. */
  variable: z.string().regex(/^[A-Za-z_]\w*$/, 'the name of a variable has letters, digits and _'),
  /** When the image is pulled; by default as the Compose file says. */
  pull: z.enum(['always', 'missing', 'never']).optional(),
})

type Options = z.infer<typeof options>

/** A service of Docker Compose, which replaces its container in place. The way back is the same command with the old release. */
export const compose = definePreset('compose', options, (given): DeployCommands => {
  const up = (release: string) =>
    run(given, release, 'up', '--detach', '--no-deps', ...pulling(given), given.service)
  return {
    deploy: [up('{version}')],
    version: {
      kind: 'command',
      // What runs says it itself: the variable and the file say what is wanted.
      command: {
        argv: [
          ...(['docker', 'ps', '--filter', 'status=running'] as const),
          ...['--filter', `label=com.docker.compose.project=${given.project}`],
          ...['--filter', `label=com.docker.compose.service=${given.service}`],
          ...['--format', '{{.Label "infergate.release"}}'],
        ],
      },
    },
    rollback: [up('{previous}')],
    logs: run(given, '{version}', 'logs', '--no-color', '--tail', '200', given.service),
  }
})

const run = (
  { project, files, variable }: Options,
  release: string,
  ...words: readonly string[]
): Command => ({
  argv: [
    ...(['env', `${variable}=${release}`, 'docker', 'compose', '--project-name', project] as const),
    ...files.flatMap((file) => ['--file', file]),
    ...words,
  ],
})

const pulling = ({ pull }: Options): readonly string[] => (pull === undefined ? [] : ['--pull', pull])
