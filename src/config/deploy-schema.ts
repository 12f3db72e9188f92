import { z } from 'zod'
import { literalSecretIn } from '../secret-names.ts'
import { closedObject } from './closed-object.ts'

const text = z.string().min(1)
const seconds = z.number().positive().max(86_400)

/** Words without a shell, or one text for `sh -c`, whose shell has the variables of the environment. */
const command = z
  .union([text, z.array(text).min(1)], {
    error: () => 'a command is a list of words, ["program", "argument"], or one text for sh -c',
  })
  .superRefine((given, context) => {
    const words = typeof given === 'string' ? given.split(/\s+/) : given
    const flag = literalSecretIn(words)
    const complain = (message: string) => context.addIssue({ code: 'custom', message })
    if (flag !== undefined)
      complain(
        `${flag} is followed by a secret, and a secret does not stand in a file like this one: write "{env:NAME}" in a list of words, or "$NAME" in one text`,
      )
    if (typeof given === 'string' && /\{(?:env|plain):/.test(given))
      complain(
        'a text for sh -c takes variables from its environment: write "$NAME" instead of {env:NAME} or {plain:NAME}',
      )
  })

/** One command, or several in their order. A list of words is one command, a list of lists are several. */
const commands = z.union([command, z.array(z.array(text).min(1)).min(1)], {
  error: () => 'give one command (a list of words, or one text for sh -c), or a list of lists of words',
})

const place = text.refine((url) => url.startsWith('/') || /^https?:\/\//i.test(url), {
  error: 'a path that begins with /, or an absolute URL that begins with http:// or https://',
})
const pointer = text.refine((value) => value.startsWith('/'), {
  error: 'a JSON pointer begins with /: "/version"',
})
const header = text

const versionHint =
  'say how to ask which version answers: { command }, { url, pointer } or { url, header } (with bootPointer or bootHeader), or { url, marker }'
const boot = { bootPointer: pointer.optional(), bootHeader: header.optional() }
const version = z.union(
  [
    closedObject({ command }),
    closedObject({ url: place, pointer, ...boot }),
    closedObject({ url: place, header, ...boot }),
    closedObject({ url: place, marker: text }),
  ],
  { error: () => versionHint },
)

const httpUrl = text.refine((url) => /^https?:\/\//i.test(url), {
  error: 'begin it with http:// or https://',
})

/** How a new version of this service comes to run, and how it goes back. */
export const deploySchema = closedObject({
  /** The commands of a platform: `{ kind: 'docker', … }`. What stands beside it replaces a part of them. */
  preset: z.looseObject({ kind: text }).optional(),
  command: commands.optional(),
  /** Which version answers. */
  version: version.optional(),
  /** Prints the name of the version that is about to be deployed, where no --release gives it. */
  release: command.optional(),
  /** Where the new version answers beside the old one, before it has the traffic. */
  url: httpUrl.optional(),
  promote: commands.optional(),
  rollback: commands.optional(),
  logs: command.optional(),
  /** How long the new version is watched once it is live; the rest is as `watch` of the configuration says. */
  watch: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h)?$/, 'a time is a number with a unit, such as 30s or 10m')
    .optional(),
  onInconclusive: z.enum(['rollback', 'keep']).optional(),
  /** Deadlines of the steps. */
  commandSeconds: seconds.optional(),
  answerSeconds: seconds.optional(),
  smokeSeconds: seconds.optional(),
  gateSeconds: seconds.optional(),
  rollbackSeconds: seconds.optional(),
})

export type DeployConfig = z.infer<typeof deploySchema>
