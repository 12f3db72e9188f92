import { z } from 'zod'
import { closedObject } from '../../config/closed-object.ts'
import type { VersionProbe } from '../plan.ts'

/** What goes to a command as a word: never one that the command would take for a flag. */
export const word = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('-'), {
    error: 'it begins with "-", so the command would take it for a flag',
  })

const pointer = z.string().startsWith('/', { error: 'a JSON pointer begins with /: "/release"' })
const place = z.string().regex(/^(?:\/|https?:\/\/)/i, {
  error: 'a path that begins with /, or an absolute URL that begins with http:// or https://',
})

/** Where the service itself tells the name under which it was deployed. */
export const marker = z.union(
  [
    closedObject({ url: place, pointer, bootPointer: pointer.optional() }),
    closedObject({ url: place, header: z.string().min(1), bootHeader: z.string().min(1).optional() }),
  ],
  { error: () => 'say where the service tells its version: { url, pointer } or { url, header }' },
)

export function markerProbe(given: z.infer<typeof marker>): VersionProbe {
  if ('pointer' in given) {
    const { url, pointer, bootPointer } = given
    const boot = bootPointer === undefined ? {} : { boot: { pointer: bootPointer } }
    return { kind: 'http', url, version: { pointer }, ...boot }
  }
  const { url, header, bootHeader } = given
  const boot = bootHeader === undefined ? {} : { boot: { header: bootHeader } }
  return { kind: 'http', url, version: { header }, ...boot }
}
