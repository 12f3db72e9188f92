import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { HarnessError } from '../errors.ts'
import type { Waiver } from '../records/index.ts'
import { waiver } from './waiver-schema.ts'

const WAIVERS_FILE = 'infergate.waivers.json'

/** Where the waivers of a configuration are kept, beside what its file says: in its folder, or where there is none in `cwd`. */
export const waiversFile = (folder: string): string => join(folder, WAIVERS_FILE)

/** The waivers of a folder; none where it has no such file. Throws `config-invalid` with the file, the promise and the next step. */
export function readWaivers(folder: string): readonly Waiver[] {
  const file = waiversFile(folder)
  if (!existsSync(file)) return []
  const list = z.array(z.unknown()).safeParse(parsed(file))
  if (!list.success)
    throw invalid(file, 'it must be a list of waivers: [{ "id": …, "reason": …, "until": … }]')
  return list.data.map((entry, index) => {
    const result = waiver.safeParse(entry)
    if (result.success) return toWaiver(result.data)
    const id = Object(entry)['id']
    const lines = result.error.issues.map(({ message }) => message).join('; ')
    throw invalid(file, `${typeof id === 'string' ? `the waiver of ${id}` : `entry ${index + 1}`}: ${lines}`)
  })
}

/** A waiver as records have it: what was not said is absent. */
export function toWaiver({ id, reason, until, ...rest }: z.infer<typeof waiver>): Waiver {
  const { case: name, by, evidence } = rest
  return {
    id,
    ...(name !== undefined && { case: name }),
    ...{ reason, until },
    ...(by !== undefined && { by }),
    ...(evidence !== undefined && { evidence }),
  }
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw invalid(file, `it cannot be read (${(cause as Error).message})`)
  }
}

const invalid = (file: string, what: string): HarnessError =>
  new HarnessError('config-invalid', `${file}: ${what}. Correct it and run again; nothing was run.`)
