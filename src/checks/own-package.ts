import { registerHooks } from 'node:module'
import { extname } from 'node:path'

const index = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href
let registered = false

/** From here on a user's suite that imports `infergate` gets the running copy, wherever it lies and whatever is installed. */
export function resolveOwnPackage(): void {
  if (registered) return
  registered = true
  registerHooks({
    resolve: (specifier, from, next) =>
      specifier === 'infergate' ? { url: index, shortCircuit: true } : next(specifier, from),
  })
}
