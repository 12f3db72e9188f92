import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { HarnessError } from '../errors.ts'
import { CODE_ENDINGS, importUserModule } from '../user-module.ts'
import { configSchema, type ParsedConfig } from './schema.ts'

const ENDINGS = [...CODE_ENDINGS, 'json', 'yaml', 'yml']
const NAMES = ENDINGS.map((ending) => `infergate.config.${ending}`)

export type ConfigFile = { readonly path: string; readonly config: ParsedConfig }

/** Reads the named file, or the one in `cwd`; undefined when none was named and there is none. */
export async function readConfigFile(cwd: string, named?: string): Promise<ConfigFile | undefined> {
  const path = named === undefined ? findIn(cwd) : resolve(cwd, named)
  if (path === undefined) return undefined
  if (!existsSync(path))
    throw invalid(`The configuration file ${path} does not exist: correct its path, or leave it out.`)
  if (statSync(path).isDirectory())
    throw invalid(`The configuration ${path} is a folder: name a file in it, such as infergate.config.ts.`)
  const parsed = configSchema.safeParse(await read(path))
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

async function read(path: string): Promise<unknown> {
  const ending = extname(path)
  if (ending === '.json') return parseText(path, 'JSON', JSON.parse)
  if (CODE_ENDINGS.some((known) => ending === `.${known}`)) return importDefault(path)
  if (ending !== '.yaml' && ending !== '.yml')
    throw invalid(
      `The configuration ${path} has no ending that says its language: known: ${ENDINGS.join(', ')}.`,
    )
  const { parse } = await import('yaml')
  return parseText(path, 'YAML', parse)
}

function parseText(path: string, language: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    // YAML's own message goes on with an excerpt.
    const [says] = (cause as Error).message.split(':\n')
    throw invalid(`The configuration ${path} cannot be read (${says}): it must be ${language}.`, cause)
  }
}

async function importDefault(path: string): Promise<unknown> {
  const { default: config } = await importUserModule(path, 'configuration')
  if (config === undefined)
    throw invalid(`The configuration ${path} has no default export: write \`export default { … }\`.`)
  return config
}

/** `targets.modal.url: message`, also for what is wrong inside one branch of a union. */
function toLine(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.')
  return `  ${path === '' ? 'the whole file' : path}: ${issue.message}`
}

const invalid = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('config-invalid', message, cause === undefined ? {} : { cause })
