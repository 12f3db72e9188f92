import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { HarnessError } from './errors.ts'

export type UserModule = { readonly default?: unknown }

/** The endings that a file with code may have. */
export const CODE_ENDINGS = ['ts', 'mts', 'cts', 'mjs', 'js', 'cjs'] as const

const ownIndex = new URL(`./index${extname(import.meta.url)}`, import.meta.url)

/**
 * Loads what a user wrote (configuration, dialect, suite) whatever its ending and whatever the nearest package.json makes of it.
 * `infergate` in it is the copy that runs, wherever another one or none is installed. It is evaluated at each call; what it
 * imports itself, once. `what` is what the message calls it. Throws `config-invalid` with the place in the file.
 */
export async function importUserModule(file: string, what = 'file'): Promise<UserModule> {
  const running: unknown = await import(ownIndex.href)
  const { createJiti } = await import('jiti')
  const jiti = createJiti(file, {
    virtualModules: { infergate: running, '#infergate': running },
    interopDefault: false,
    // Written nowhere: a run leaves its report and nothing else.
    fsCache: false,
  })
  try {
    const source = readFileSync(file, 'utf8')
    // Node's own loader would take `infergate` from the nearest node_modules, so that it is never asked first.
    const exported = await jiti.evalModule(source, { filename: file, async: true, forceTranspile: true })
    return isModule(exported) ? exported : { default: exported }
  } catch (cause) {
    const says = `The ${what} ${file} cannot be loaded: ${explain(cause, file)}.`
    throw new HarnessError('config-invalid', `${says} Correct it and run again; nothing was run.`, { cause })
  }
}

/** CommonJS has no default of its own: there, all that is exported is. */
const isModule = (exported: unknown): exported is UserModule => Object(exported).__esModule === true

/** What went wrong and where: jiti ends a syntax error with the place, any other error has it in its stack. */
function explain(cause: unknown, file: string): string {
  if (!(cause instanceof Error)) return String(cause)
  if ('code' in cause && cause.code === 'ENOENT') return 'there is no such file'
  const syntax = /^(.*\S)\s*\n (.+):(\d+):\d+$/s.exec(cause.message)
  if (syntax) {
    const [, says, place = '', line] = syntax
    return `${says} (${place === file ? '' : `${place}, `}line ${line})`
  }
  const [says] = cause.message.split('\n')
  const [, line] = cause.stack?.split(`${file}:`)[1]?.match(/^(\d+)/) ?? []
  return `${cause.name}: ${says}${line === undefined ? '' : ` (line ${line})`}`
}
