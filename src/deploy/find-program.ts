import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'

/** Whether the program of a command can be started from `folder`; a name without a slash is looked up in PATH. */
export function isProgram(program: string, folder: string, path = ''): boolean {
  if (isAbsolute(program) || program.includes('/')) return isExecutable(resolve(folder, program))
  return path.split(delimiter).some((place) => place !== '' && isExecutable(join(place, program)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
