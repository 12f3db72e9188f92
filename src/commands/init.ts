import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { type FoundService, findServices, serviceAt } from './find-service.ts'
import { ciText, configText, FOUND_TARGET } from './init-texts.ts'
import type { Io } from './io.ts'

const CONFIG = 'infergate.config.ts'
const CI = 'infergate.ci.yml'

/**
 * Writes a first configuration and an example for CI, for the service that it finds, or that a person at a terminal names; for
 * none with examples as comments. A file that is already there is never touched.
 */
export async function runInit(io: Io, find = findServices): Promise<ExitCode> {
  const present = [CONFIG, CI].filter((name) => existsSync(join(io.cwd, name)))
  if (present.length > 0)
    throw new HarnessError(
      'usage',
      `${present.join(' and ')} already exist${present.length === 1 ? 's' : ''} in ${io.cwd} and nothing was written: edit what is there, or move it away and run \`infergate init\` again.`,
    )
  const service = await chooseService(io, await find(io))
  write(join(io.cwd, CONFIG), configText(service))
  write(join(io.cwd, CI), ciText(service))
  io.stdout(`Wrote ${CONFIG} and ${CI}.\n`)
  io.stderr(nextSteps(service))
  return EXIT.pass
}

/** The first that was found, or what a person answers; undefined for neither. */
async function chooseService(
  io: Io,
  [first, ...others]: readonly FoundService[],
): Promise<FoundService | undefined> {
  if (first) {
    io.stderr(`Found ${first.url} (${first.from}); it becomes the target \`${FOUND_TARGET}\`.\n`)
    for (const { url, from } of others) io.stderr(`Found too, and not written: ${url} (${from}).\n`)
    return first
  }
  const answer = (await io.ask?.('URL of the service to judge (empty: none yet): '))?.trim()
  if (!answer) return undefined
  const service = await serviceAt(answer, io)
  if (!service)
    io.stderr(`Nothing answers as an OpenAI-compatible service at ${answer}: it is written all the same.\n`)
  return service ?? { url: answer, from: 'as you said' }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (cause) {
    throw new HarnessError(
      'usage',
      `${file} cannot be written (${cause instanceof Error ? cause.message : String(cause)}): choose a folder that you may write to.`,
      { cause },
    )
  }
}

const nextSteps = (service: FoundService | undefined): string => `
Next:
${
  service
    ? `  npx infergate gate                      judge ${service.url}${service.keyVariable ? `; it needs a key in ${service.keyVariable}` : ''}`
    : '  npx infergate gate --url URL            judge a service that already runs'
}
  npx infergate gate --target simulator   try infergate itself: it ends in PASS
  ${CONFIG}                     describe your services, then: npx infergate gate --target NAME
  ${CI}                        an example for GitHub Actions: its first lines say where it goes
`
