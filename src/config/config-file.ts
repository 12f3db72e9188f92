import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { z } from 'zod'
import { HarnessError } from '../errors.ts'
import { configSchema, type ParsedConfig } from './schema.ts'

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `infergate.config.${ending}`)

export type ConfigFile = { readonly path: string; readonly config: ParsedConfig }

/** Reads the named file, or the one in `cwd`; undefined when none was named and there is none. */
export async function readConfigFile(cwd: string, named?: string): Promise<ConfigFile | undefined> {
  const path = named === undefined ? findIn(cwd) : resolve(cwd, named)
  if (path === undefined) return undefined
  if (!existsSync(path))
    throw invalid(`The configuration file ${path} does not exist: correct its path, or leave it out.`)
  const parsed = configSchema.safeParse(path.endsWith('.json') ? readJson(path) : await importDefault(path))
  if (!parsed.success)
    throw invalid(
      `The configuration ${path} is not valid:\n${parsed.error.issues.map(toLine).join('\n')}\nCorrect it and run again; nothing was run.`,
    )
  return { path, config: parsed.data }
}

function findIn(cwd: string): string | undefined {
  const found = NAMES.filter((name) => existsSync(join(cwd, name)))
  if (found.length > 1)
    throw invalid(
      `There are several configuration files in ${cwd} (${found.join(', ')}): keep one, or name it with --config.`,
    )
  const [name] = found
  return name === undefined ? undefined : join(cwd, name)
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw invalid(`The configuration ${path} cannot be read (${messageOf(cause)}): it must be JSON.`, cause)
  }
}

async function importDefault(path: string): Promise<unknown> {
  const module: { default?: unknown } = await import(/* @vite-ignore */ pathToFileURL(path).href).catch(
    (cause: unknown) => {
      throw invalid(
        `The configuration ${path} cannot be loaded: ${messageOf(cause)}. Correct it and run again.`,
        cause,
      )
    },
  )
  if (module.default === undefined)
    throw invalid(`The configuration ${path} has no default export: write \`export default { … }\`.`)
  return module.default
}

/** `targets.modal.url: message`, also for what is wrong inside one branch of a union. */
function toLine(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  return `  ${path === '' ? 'the whole file' : path}: ${issue.message}`
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)

const invalid = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('config-invalid', message, cause === undefined ? {} : { cause })
